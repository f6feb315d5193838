import { type ReactNode, useState } from 'react';
import type { People } from '#domain/access/schema.ts';
import { usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Field } from '../ui/field.tsx';
import { Failure, Forbidden, Loading } from '../ui/states.tsx';
import { type PeoplePlace, peoplePlaces } from './people-place.ts';
import './people.css';

/** A page about one list of people, once it is known which ones this person administers. */
export function PeopleGate({
  title,
  children,
}: {
  title: string;
  children: (state: People, place: PeoplePlace) => ReactNode;
}) {
  const t = useText();
  const heading = usePageHeading(title);
  const topics = useStore(useLive().topics);
  const [wanted, setWanted] = useState<string>();
  const places = topics === 'loading' || 'error' in topics ? [] : peoplePlaces(topics);
  const place = places.find(({ topic }) => topic === wanted) ?? places[0];
  return (
    <div className="people-page">
      <header className="people-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {places.length === 1 && <p className="people-quiet">{place?.name}</p>}
        {places.length > 1 && (
          <Field label={t('people.place')}>
            {(control) => (
              <select {...control} value={place?.topic} onChange={({ target }) => setWanted(target.value)}>
                {places.map(({ topic, name }) => (
                  <option key={topic} value={topic}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
      </header>
      {topics === 'loading' ? (
        <Loading title={t('people.loading')} />
      ) : 'error' in topics ? (
        <Failure title={t('failure.topics')} />
      ) : place === undefined ? (
        <NotForYou />
      ) : (
        <List key={place.topic} place={place}>
          {children}
        </List>
      )}
    </div>
  );
}

function List({
  place,
  children,
}: {
  place: PeoplePlace;
  children: (state: People, place: PeoplePlace) => ReactNode;
}) {
  const t = useText();
  const times = useTimes();
  const now = useNow(1000);
  const { status, state, confirmedAt } = useTopic<People>(place.topic);
  if (status === 'missing') return <NotForYou />;
  if (state === undefined) return <Loading title={t('people.loading')} />;
  return (
    <>
      {status === 'behind' && confirmedAt !== undefined && (
        <p className="people-stale">{t('people.stale', { time: times.moment(confirmedAt, now) })}</p>
      )}
      {children(state, place)}
    </>
  );
}

function NotForYou() {
  const t = useText();
  return (
    <Forbidden title={t('forbidden.title')}>
      <p>{t('people.forbidden')}</p>
    </Forbidden>
  );
}
