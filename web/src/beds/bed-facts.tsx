import type { Bed } from '#domain/beds/schema.ts';
import { useText } from '../language/language.tsx';
import type { Times } from '../language/times.ts';
import { ClaimAxis, IsolationAxis, OccupantAxis, SaidAxis, StatusAxis, TurnaroundAxis } from './axes.tsx';

/** Everything that is known of a bed, axis by axis. */
export function BedFacts({ bed, times, now }: { bed: Bed; times: Times; now: number }) {
  const t = useText();
  const patient = bed.occupant?.patient;
  const details = [
    patient?.mrn,
    patient?.birthDate && t('occupant.born', { date: times.day(patient.birthDate) }),
    bed.occupant?.visit && t('occupant.visit', { visit: bed.occupant.visit }),
  ].filter((detail) => detail !== undefined);
  const axes = [
    ['status', StatusAxis],
    ['occupant', OccupantAxis],
    ['claim', ClaimAxis],
    ['turnaround', TurnaroundAxis],
    ['isolation', IsolationAxis],
    ['said', SaidAxis],
  ] as const;
  return (
    <dl className="facts">
      {axes.map(([name, Axis]) => (
        <div key={name}>
          <dt>{t(`board.column-${name}`)}</dt>
          <dd>
            <Axis bed={bed} times={times} now={now} />
            {name === 'occupant' && details.length > 0 && <small>{details.join(' · ')}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
