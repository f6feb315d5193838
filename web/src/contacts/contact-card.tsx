import { useState } from 'react';
import { v4 as uuidv4 } from 'uuid';
import type { Contact, Link } from '#domain/count-links/schema.ts';
import { isLive } from '#domain/count-links/states.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { addressIn, ContactForm } from './contact-form.tsx';
import { useContactAsk } from './use-contact-ask.ts';

interface ContactCardProps {
  readonly facility: string;
  readonly contact: Contact;
  readonly link: Link | undefined;
  readonly times: Times;
  readonly now: number;
  readonly mayManage: boolean;
  readonly maySend: boolean;
}

/** One who is asked: how they are reached, and what became of their newest link. */
export function ContactCard({ facility, contact, link, times, now, mayManage, maySend }: ContactCardProps) {
  const t = useText();
  const { ask, busy, refused } = useContactAsk();
  const [removing, setRemoving] = useState(false);
  const { id, name, reachedAt, language } = contact;
  return (
    <li className="contacts-card">
      <h2>{name}</h2>
      <p className="contacts-quiet">
        {t(`contacts.${reachedAt.by}`, { address: addressIn(reachedAt) })} ·{' '}
        {t(`contacts.language-${language}`)}
      </p>
      <LinkMark link={link} times={times} now={now} />
      <p className="contacts-fault" role="alert">
        {refused !== undefined && t(refused)}
      </p>
      <div className="contacts-buttons">
        {maySend && (
          <button
            type="button"
            className="primary"
            disabled={busy}
            aria-label={t('contacts.send-named', { name })}
            onClick={() =>
              void ask(
                { type: 'link.send', data: { contact: id, link: uuidv4() } },
                t('contacts.was-ordered', { name }),
              )
            }
          >
            {t('contacts.send')}
          </button>
        )}
        {maySend && link !== undefined && isLive(link) && (
          <button
            type="button"
            disabled={busy}
            aria-label={t('contacts.withdraw-named', { name })}
            onClick={() =>
              void ask(
                { type: 'link.withdraw', data: { link: link.id } },
                t('contacts.was-withdrawn', { name }),
              )
            }
          >
            {t('contacts.withdraw')}
          </button>
        )}
      </div>
      {mayManage && (
        <details>
          <summary aria-label={t('contacts.change-named', { name })}>{t('contacts.change')}</summary>
          <ContactForm
            key={contact.version}
            initial={contact}
            busy={busy}
            onSave={({ reachedAt: to, ...written }) =>
              ask(
                {
                  type: 'contact.change',
                  // An address that stays leaves the link alone that was sent to it.
                  data: {
                    contact: id,
                    ...written,
                    ...(addressIn(to) === addressIn(reachedAt) ? {} : { reachedAt: to }),
                  },
                  expect: contact.version,
                },
                t('contacts.was-saved', { name: written.name }),
              )
            }
          />
          {removing ? (
            <div className="note">
              <p>
                <strong>{t('contacts.remove-sure', { name })}</strong> {t('contacts.remove-text')}
              </p>
              <div className="contacts-buttons">
                <button
                  type="button"
                  disabled={busy}
                  onClick={() =>
                    void ask(
                      { type: 'contact.remove', data: { facility, contact: id } },
                      t('contacts.was-removed', { name }),
                    )
                  }
                >
                  {t('contacts.remove')}
                </button>
                <button type="button" onClick={() => setRemoving(false)}>
                  {t('contacts.keep')}
                </button>
              </div>
            </div>
          ) : (
            <button type="button" onClick={() => setRemoving(true)}>
              {t('contacts.remove')}
            </button>
          )}
        </details>
      )}
    </li>
  );
}

function LinkMark({ link, times, now }: { link: Link | undefined; times: Times; now: number }) {
  const t = useText();
  if (link === undefined) return <p className="contacts-link">{t('contacts.none')}</p>;
  const { status, sentAt, openedAt, submittedAt, createdAt, validUntil } = link;
  const time = times.moment(
    status === 'submitted'
      ? (submittedAt ?? createdAt)
      : status === 'opened'
        ? (openedAt ?? createdAt)
        : status === 'expired'
          ? validUntil
          : (sentAt ?? createdAt),
    now,
  );
  return (
    <div className={`contacts-link contacts-${status}`}>
      <p>
        <strong>
          {status === 'waiting' && t('contacts.waiting')}
          {status === 'undelivered' && t('contacts.undelivered')}
          {status === 'withdrawn' && t('contacts.withdrawn')}
          {status === 'sent' && t('contacts.sent', { time })}
          {status === 'opened' && t('contacts.opened', { time })}
          {status === 'submitted' && t('contacts.submitted', { time })}
          {status === 'expired' && t('contacts.expired', { time })}
        </strong>
        {isLive(link) && status !== 'undelivered' && (
          <span className="contacts-quiet">
            {' '}
            · {t('contacts.until', { time: times.moment(validUntil, now) })}
          </span>
        )}
      </p>
      {status === 'undelivered' && <p>{t('contacts.undelivered-text')}</p>}
    </div>
  );
}
