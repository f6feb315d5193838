import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { v4 as uuidv4 } from 'uuid';
import { countLinksModule } from '#domain/count-links/module.ts';
import type { FacilityContacts } from '#domain/count-links/schema.ts';
import { mayAsk } from '../app/may-ask.ts';
import { Page } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { useAttestingFacilities } from '../network/attesting-facilities.ts';
import { Empty, Forbidden, Loading } from '../ui/states.tsx';
import { ContactCard } from './contact-card.tsx';
import { ContactForm } from './contact-form.tsx';
import { useContactAsk } from './use-contact-ask.ts';
import './contacts.css';

const route = getRouteApi('/facilities/$facility/contacts');
const byName = new Intl.Collator(undefined, { numeric: true });

/** Whom a facility asks for its counts, and what became of the links they were sent. */
export function ContactsPage() {
  const t = useText();
  const { facility: id } = route.useParams();
  const session = useStore(useLive().session);
  const listed = useAttestingFacilities().find((one) => one.id === id);
  const reading = useTopic<FacilityContacts>(`facility/${id}/contacts`);
  const times = useTimes(listed?.zone);
  const now = useNow(1_000);
  if (reading.status === 'missing' || typeof session === 'string') {
    return (
      <Page title={t('contacts.link')}>
        <Forbidden title={t('forbidden.title')}>
          <p>{t('contacts.forbidden')}</p>
        </Forbidden>
      </Page>
    );
  }
  const { state } = reading;
  if (state === undefined) return <Loading title={t('contacts.loading')} />;
  // Of so many facilities that not all are listed, where this one lies is not known: the server has the last word.
  const asking = { grants: session.grants, path: listed?.path ?? [session.org, id] };
  const mayManage = mayAsk(countLinksModule, 'contact.add', asking);
  const contacts = Object.values(state.contacts).sort((a, b) => byName.compare(a.name, b.name));
  return (
    <Page title={t('contacts.title', { facility: state.facility.name })}>
      <p>
        <Link to="/facilities/$facility/update" params={{ facility: id }} className="contacts-up">
          {t('contacts.up', { facility: state.facility.name })}
        </Link>
      </p>
      <p className="page-intro">{t('contacts.intro')}</p>
      {contacts.length === 0 ? (
        <Empty title={t('contacts.empty')}>{mayManage && <p>{t('contacts.empty-text')}</p>}</Empty>
      ) : (
        <ul className="contacts">
          {contacts.map((contact) => (
            <ContactCard
              key={contact.id}
              facility={id}
              contact={contact}
              link={state.links[contact.id]}
              times={times}
              now={now}
              mayManage={mayManage}
              maySend={mayAsk(countLinksModule, 'link.send', asking)}
            />
          ))}
        </ul>
      )}
      {mayManage && <AddContact facility={id} />}
    </Page>
  );
}

function AddContact({ facility }: { facility: string }) {
  const t = useText();
  const { ask, busy, refused } = useContactAsk();
  const [added, setAdded] = useState(0);
  return (
    <section className="contacts-card contacts-add">
      <h2>{t('contacts.add')}</h2>
      <ContactForm
        key={added}
        busy={busy}
        onSave={async (written) => {
          const done = await ask(
            { type: 'contact.add', data: { facility, contact: uuidv4(), ...written } },
            t('contacts.was-saved', { name: written.name }),
          );
          if (done) setAdded(added + 1);
          return done;
        }}
      />
      <p className="contacts-fault" role="alert">
        {refused !== undefined && t(refused)}
      </p>
    </section>
  );
}
