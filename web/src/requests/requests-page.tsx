import { useState } from 'react';
import { v7 as uuidv7 } from 'uuid';
import type { AccountRequest } from '#domain/access/schema.ts';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow } from '../live/hooks.ts';
import { Answer } from '../people/answer.tsx';
import { PeopleGate } from '../people/people-gate.tsx';
import {
  type Choosable,
  type Chosen,
  isChosen,
  nothingChosen,
  RoleFields,
  useChoosable,
} from '../people/role-fields.tsx';
import { Field } from '../ui/field.tsx';
import { Empty } from '../ui/states.tsx';
import { useAsk } from '../ui/use-ask.ts';

/** Who asks for an account: each is approved with a role, or declined with the reason. */
export function RequestsPage() {
  const t = useText();
  return (
    <PeopleGate title={t('requests.title')}>
      {(state, place) => <Queue requests={Object.values(state.request)} within={place.id} />}
    </PeopleGate>
  );
}

function Queue({ requests, within }: { requests: readonly AccountRequest[]; within: string }) {
  const t = useText();
  const places = useChoosable(within);
  const oldest = [...requests].sort((a, b) => (a.askedAt < b.askedAt ? -1 : 1));
  if (oldest.length === 0) {
    return (
      <Empty title={t('requests.empty')}>
        <p>{t('requests.empty-text')}</p>
      </Empty>
    );
  }
  return (
    <ul className="people-cards">
      {oldest.map((request) => (
        <li key={request.id} className="people-card" data-testid={`request-${request.id}`}>
          <Request request={request} places={places} />
        </li>
      ))}
    </ul>
  );
}

function Request({ request, places }: { request: AccountRequest; places: readonly Choosable[] }) {
  const t = useText();
  const times = useTimes();
  const now = useNow(30_000);
  const { ask, asked } = useAsk();
  const [chosen, setChosen] = useState<Chosen>(
    request.kind === 'clinician' ? { role: 'clinician', place: '' } : nothingChosen,
  );
  const [declining, setDeclining] = useState(false);
  const [reason, setReason] = useState('');
  const { id, kind, name, email, phone, application, domain, askedAt } = request;
  const facts = [
    [t('requests.profession'), application?.profession],
    [t('requests.registration'), application?.registration],
    [t('requests.workplace'), application?.workplace],
    [t('requests.address'), application?.address],
    [t('requests.phone'), phone],
    [t('requests.note'), application?.note],
  ].flatMap(([label, value]) => (value === undefined ? [] : [{ label, value }]));
  const busy = asked?.status === 'asking';
  return (
    <>
      <h2>{name}</h2>
      <p>
        {t(kind === 'clinician' ? 'requests.clinician' : 'requests.facility')} · {email} ·{' '}
        {t('requests.asked', { time: times.moment(askedAt, now) })}
      </p>
      <p className={domain.known ? 'people-quiet' : 'people-off'}>
        {t(domain.known ? 'requests.domain-known' : 'requests.domain-unknown', { domain: domain.name })}
      </p>
      <dl className="people-facts">
        {facts.map(({ label, value }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {declining ? (
        <form
          className="people-form"
          onSubmit={(event) => {
            event.preventDefault();
            void ask('request.decline', { request: id, reason: reason.trim() }, t('requests.declined'));
          }}
        >
          <Field label={t('requests.reason')}>
            {(control) => (
              <textarea
                {...control}
                rows={2}
                maxLength={300}
                required
                value={reason}
                onChange={({ target }) => setReason(target.value)}
              />
            )}
          </Field>
          <div className="people-buttons">
            <button type="submit" disabled={busy || reason.trim() === ''}>
              {t('requests.decline')}
            </button>
            <button type="button" className="quiet" onClick={() => setDeclining(false)}>
              {t('app.cancel')}
            </button>
          </div>
        </form>
      ) : (
        <form
          className="people-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (!isChosen(chosen)) return;
            void ask(
              'request.approve',
              { request: id, invitation: uuidv7(), roles: [chosen] },
              t('requests.approved'),
            );
          }}
        >
          <RoleFields chosen={chosen} places={places} onChange={setChosen} />
          <div className="people-buttons">
            {kind === 'facility' && application !== undefined && !isThere(application.workplace, places) && (
              <button
                type="button"
                disabled={busy}
                onClick={() =>
                  void ask(
                    'facility.register',
                    { facility: idOf(application.workplace), name: application.workplace },
                    t('requests.registered'),
                  )
                }
              >
                {t('requests.register')}
              </button>
            )}
            <button type="submit" className="primary" disabled={busy || !isChosen(chosen)}>
              {t('requests.approve')}
            </button>
            <button type="button" onClick={() => setDeclining(true)}>
              {t('requests.decline')}…
            </button>
          </div>
        </form>
      )}
      <Answer asked={asked} />
    </>
  );
}

/** An id that a facility's name makes: its letters and figures without their marks. */
function idOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll('đ', 'd').replaceAll('Đ', 'D');
  const words = plain
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['facility'];
  return words.join('-').slice(0, 64).replace(/-+$/, '');
}

function isThere(name: string, places: readonly Choosable[]): boolean {
  return places.some(({ id }) => id === idOf(name));
}
