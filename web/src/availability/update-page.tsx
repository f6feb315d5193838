import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { countLinkRights } from '#domain/count-links/access.ts';
import { levelsOfCare } from '#domain/network/levels.ts';
import { networkModule } from '#domain/network/module.ts';
import type { FacilityAvailability } from '#domain/network/schema.ts';
import { mayAsk } from '../app/may-ask.ts';
import { Page, usePageHeading } from '../app/page.tsx';
import { useText } from '../language/language.tsx';
import { useTimes } from '../language/use-times.ts';
import { useNow, useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { type AttestingFacility, useAttestingFacilities } from '../network/attesting-facilities.ts';
import { useNetwork } from '../network/network-reading.ts';
import { usePlaceOf } from '../network/use-place-of.ts';
import { useAnnounce } from '../ui/announcer.tsx';
import { Empty, Failure, Forbidden, Loading } from '../ui/states.tsx';
import { AddLevel } from './add-level.tsx';
import { LevelCard } from './level-card.tsx';
import './availability.css';

const route = getRouteApi('/facilities/$facility/update');

/** What a facility has to give, to be changed with a thumb. */
export function UpdatePage() {
  const t = useText();
  const { facility: id } = route.useParams();
  const topics = useStore(useLive().topics);
  const facilities = useAttestingFacilities();
  if (topics === 'loading') return <Loading title={t('update.loading')} />;
  if ('error' in topics) {
    return (
      <Page title={t('network.title')}>
        <Failure title={t('failure.topics')} />
      </Page>
    );
  }
  const facility = facilities.find((one) => one.id === id);
  if (facility !== undefined) return <Update key={id} facility={facility} />;
  return topics.some(({ topic }) => topic === 'network/availability') ? (
    <UpdateUnlisted key={id} id={id} listed={facilities} />
  ) : (
    <NoFacility />
  );
}

/** One of so many facilities that not all are listed: the network knows where it stands. */
function UpdateUnlisted({ id, listed }: { id: string; listed: readonly AttestingFacility[] }) {
  const t = useText();
  const reading = useNetwork(listed);
  const placeOf = usePlaceOf(listed, reading);
  if (reading.status === 'loading') return <Loading title={t('update.loading')} />;
  const found = reading.facilities.find((one) => one.id === id);
  const facility = found && placeOf(found);
  return facility === undefined ? <NoFacility /> : <Update facility={facility} />;
}

function NoFacility() {
  const t = useText();
  return (
    <Page title={t('network.title')}>
      <Forbidden title={t('forbidden.title')}>
        <p>{t('update.forbidden')}</p>
      </Forbidden>
    </Page>
  );
}

function Update({ facility }: { facility: AttestingFacility }) {
  const t = useText();
  const live = useLive();
  const announce = useAnnounce();
  const times = useTimes(facility.zone);
  const now = useNow(500);
  const session = useStore(live.session);
  const heading = usePageHeading(t('update.title', { facility: facility.name }));
  const reading = useTopic<FacilityAvailability>(facility.topic);
  const [fault, setFault] = useState('');
  const [confirming, setConfirming] = useState(false);
  if (reading.status === 'missing' || typeof session === 'string') return <NoFacility />;
  const { state } = reading;
  if (state === undefined) return <Loading title={t('update.loading')} />;
  const may = mayAsk(networkModule, 'availability.attest', { grants: session.grants, path: facility.path });
  const readers: readonly string[] = countLinkRights['contacts.read'];
  const asks = session.grants.some(
    ({ role, place }) => readers.includes(role) && facility.path.includes(place),
  );
  const levels = levelsOfCare.flatMap((level) => state.levels[level] ?? []);
  // Where nobody has said how many are available there is nothing that could still be true.
  const counted = levels.filter(({ available }) => available !== undefined);
  const confirm = async (seen: readonly { level: string; version: number }[]) => {
    setConfirming(true);
    setFault('');
    const answer = await live.send({
      type: 'availability.confirm',
      data: { facility: facility.id, levels: seen.map(({ level, version }) => ({ level, version })) },
    });
    setConfirming(false);
    if (answer.ok) return announce(t('update.confirmed'));
    setFault(answer.error.code === 'conflict' ? t('update.confirm-failed') : t('update.not-sent'));
  };
  return (
    <div className="page update">
      <p className="board-way">
        <Link to="/network">{t('update.up')}</Link>
        <span aria-hidden="true">›</span>
      </p>
      <header className="update-head">
        <h1 ref={heading} tabIndex={-1}>
          {facility.name}
        </h1>
        {may && counted.length > 1 && (
          <button type="button" disabled={confirming} onClick={() => void confirm(counted)}>
            {t('update.all-true')}
          </button>
        )}
      </header>
      <p className="page-intro">{may ? t('update.intro') : t('update.read-only')}</p>
      <p className="update-fault" role="alert">
        {fault}
      </p>
      {levels.length === 0 ? (
        <Empty title={t('update.empty')}>{may && <p>{t('update.empty-text')}</p>}</Empty>
      ) : (
        <ul className="update-levels">
          {levels.map((level) => (
            <LevelCard
              key={level.level}
              facility={facility.id}
              level={level}
              me={session.id}
              may={may}
              times={times}
              now={now}
              confirming={confirming}
              onConfirm={() => void confirm([level])}
            />
          ))}
        </ul>
      )}
      {asks && (
        <p>
          <Link
            to="/facilities/$facility/contacts"
            params={{ facility: facility.id }}
            className="update-asked"
          >
            {t('contacts.link')}
          </Link>
        </p>
      )}
      {may && (
        <AddLevel
          facility={facility.id}
          missing={levelsOfCare.filter((level) => state.levels[level] === undefined)}
        />
      )}
    </div>
  );
}
