import { useState } from 'react';
import type { Account, People } from '#domain/access/schema.ts';
import { useText } from '../language/language.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Notice } from '../ui/notice.tsx';
import { Empty } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';
import { AccountSecurity } from './account-security.tsx';
import { Answer } from './answer.tsx';
import { type Choosable, isChosen, nothingChosen, RoleFields } from './role-fields.tsx';

interface AccountPanelProps {
  readonly id: string;
  readonly state: People;
  readonly places: readonly Choosable[];
  readonly own: boolean;
  /** Whether whoever looks administers the whole organisation: sessions and factors are its affair alone. */
  readonly whole: boolean;
  readonly onClose: () => void;
}

/** One account: who it is, which roles it holds where, and what an administrator can do about it. */
export function AccountPanel({ id, state, onClose, ...rest }: AccountPanelProps) {
  const t = useText();
  const account = state.account[id];
  return (
    <Drawer title={account?.name ?? id} onClose={onClose}>
      {account === undefined ? <Empty title={t('people.gone')} /> : <Inside account={account} {...rest} />}
    </Drawer>
  );
}

function Inside({
  account,
  places,
  own,
  whole,
}: Pick<AccountPanelProps, 'places' | 'own' | 'whole'> & { account: Account }) {
  const t = useText();
  const { ask, asked } = useAsk();
  const [chosen, setChosen] = useState(nothingChosen);
  const [sure, setSure] = useState(false);
  const { id, roles, status } = account;
  const busy = asked?.status === 'asking';
  const secures = whole && !own;
  return (
    <div className="people-panel">
      <p>{account.email}</p>
      {status === 'disabled' && <p className="people-off">{t('people.disabled')}</p>}
      {own && <Notice>{t('people.yourself')}</Notice>}
      <section aria-labelledby="people-roles">
        <h3 id="people-roles">{t('people.roles')}</h3>
        {roles.length === 0 ? (
          <p className="people-quiet">{t('people.no-role')}</p>
        ) : (
          <ul className="people-held">
            {roles.map(({ role, place }) => (
              <li key={`${role} ${place.id}`}>
                <span>
                  <strong>{t(`role.${role}`)}</strong> · {place.name}
                </span>
                {!own && (
                  <button
                    type="button"
                    disabled={busy}
                    aria-label={t('people.take-of', { role: t(`role.${role}`), place: place.name })}
                    onClick={() =>
                      void ask('account.take-role', { account: id, role, place: place.id }, t('people.taken'))
                    }
                  >
                    {t('people.take')}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </section>
      {!own && status === 'active' && (
        <form
          className="people-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isChosen(chosen)) return;
            void ask('account.give-role', { account: id, ...chosen }, t('people.given')).then(
              (done) => done && setChosen(nothingChosen),
            );
          }}
        >
          <RoleFields chosen={chosen} places={places} onChange={setChosen} />
          <button type="submit" className="primary" disabled={busy || !isChosen(chosen)}>
            {t('people.give')}
          </button>
        </form>
      )}
      <Answer asked={asked} />
      <div className="people-buttons">
        {!secures && (
          <button
            type="button"
            disabled={busy}
            onClick={() => void ask('account.end-sessions', { account: id }, t('people.ended'))}
          >
            {t('people.end-sessions')}
          </button>
        )}
        {!own && status === 'disabled' && (
          <button
            type="button"
            disabled={busy}
            onClick={() => void ask('account.enable', { account: id }, t('people.enabled-done'))}
          >
            {t('people.enable')}
          </button>
        )}
        {!own && status === 'active' && (
          <button
            type="button"
            disabled={busy}
            onClick={() => {
              if (sure) void ask('account.disable', { account: id }, t('people.disabled-done'));
              setSure(!sure);
            }}
          >
            {sure ? t('people.disable-sure') : t('people.disable')}
          </button>
        )}
      </div>
      {secures && <AccountSecurity account={id} name={account.name ?? id} />}
    </div>
  );
}
