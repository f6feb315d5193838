import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Account, People } from '#domain/access/schema.ts';
import { roles } from '#domain/identity/roles.ts';
import { useText } from '../language/language.tsx';
import { useStore } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Drawer } from '../ui/drawer.tsx';
import { Field } from '../ui/field.tsx';
import { Empty } from '../ui/states.tsx';
import { AccountPanel } from './account-panel.tsx';
import { Domains } from './domains.tsx';
import { Invitations } from './invitations.tsx';
import { InviteForm } from './invite-form.tsx';
import { Keys } from './keys.tsx';
import { PeopleGate } from './people-gate.tsx';
import type { PeoplePlace } from './people-place.ts';
import { useChoosable } from './role-fields.tsx';

/** Who can sign in and what they may do where; who is invited; which systems have keys. */
export function PeoplePage() {
  const t = useText();
  return (
    <PeopleGate title={t('people.title')}>
      {(state, place) => <PeopleOf state={state} place={place} />}
    </PeopleGate>
  );
}

/** How many rows are on the page; whoever looks for somebody else narrows it down. */
const mostRows = 300;

function PeopleOf({ state, place }: { state: People; place: PeoplePlace }) {
  const t = useText();
  const session = useStore(useLive().session);
  const who = typeof session === 'string' ? undefined : session;
  const places = useChoosable(place.id);
  const [wanted, setWanted] = useState('');
  const [role, setRole] = useState('');
  const [status, setStatus] = useState('');
  const [open, setOpen] = useState<string>();
  const waiting = Object.keys(state.request).length;
  const found = useMemo(() => {
    const words = wanted.trim().toLowerCase();
    return Object.values(state.account)
      .filter((account) => role === '' || account.roles.some((held) => held.role === role))
      .filter((account) => status === '' || account.status === status)
      .filter((account) => textOf(account).includes(words))
      .sort((a, b) => (a.name ?? '').localeCompare(b.name ?? ''));
  }, [state.account, wanted, role, status]);
  return (
    <>
      <div className="people-controls">
        <Field label={t('people.find')}>
          {(control) => (
            <input
              {...control}
              type="search"
              value={wanted}
              autoComplete="off"
              onChange={({ target }) => setWanted(target.value)}
            />
          )}
        </Field>
        <Field label={t('people.filter-role')}>
          {(control) => (
            <select {...control} value={role} onChange={({ target }) => setRole(target.value)}>
              <option value="">{t('people.all')}</option>
              {roles.map((one) => (
                <option key={one} value={one}>
                  {t(`role.${one}`)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label={t('people.filter-status')}>
          {(control) => (
            <select {...control} value={status} onChange={({ target }) => setStatus(target.value)}>
              <option value="">{t('people.all')}</option>
              <option value="active">{t('people.active')}</option>
              <option value="disabled">{t('people.disabled')}</option>
            </select>
          )}
        </Field>
        <p>{t('people.shown', { count: found.length })}</p>
        <button type="button" className="primary" onClick={() => setOpen('invite')}>
          {t('people.invite')}…
        </button>
        {waiting > 0 && (
          <Link to="/admin/requests" className="button">
            {t('people.to-requests', { count: waiting })}
          </Link>
        )}
      </div>
      {found.length === 0 ? (
        <Empty title={t('people.none-match')} />
      ) : (
        <ul className="people-rows">
          {found.slice(0, mostRows).map((account) => (
            <Row key={account.id} account={account} onOpen={() => setOpen(account.id)} />
          ))}
        </ul>
      )}
      <Invitations state={state} />
      <Keys state={state} places={places} />
      {place.topic.startsWith('org/') && <Domains state={state} places={places} />}
      {open === 'invite' && (
        <Drawer title={t('people.invite')} onClose={() => setOpen(undefined)}>
          <InviteForm places={places} onDone={() => setOpen(undefined)} />
        </Drawer>
      )}
      {open !== undefined && open !== 'invite' && (
        <AccountPanel
          key={open}
          id={open}
          state={state}
          places={places}
          own={who?.id === open}
          whole={who?.grants.some((grant) => grant.role === 'admin' && grant.place === who.org) === true}
          onClose={() => setOpen(undefined)}
        />
      )}
    </>
  );
}

function Row({ account, onOpen }: { account: Account; onOpen: () => void }) {
  const t = useText();
  const { id, name, email, status, roles: held } = account;
  return (
    <li className="people-row" data-testid={`account-${id}`}>
      <button type="button" className="quiet people-name" onClick={onOpen}>
        {name ?? id}
      </button>
      <span className="people-quiet">{email}</span>
      <span className="people-roles">
        {held.length === 0
          ? t('people.no-role')
          : held.map(({ role, place }) => `${t(`role.${role}`)}, ${place.name}`).join(' · ')}
      </span>
      {status === 'disabled' && <span className="people-off">{t('people.disabled')}</span>}
    </li>
  );
}

function textOf({ name = '', email = '', roles: held }: Account): string {
  return `${name} ${email} ${held.map(({ place }) => place.name).join(' ')}`.toLowerCase();
}
