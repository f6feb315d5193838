import { levelsOfCare } from '#domain/network/levels.ts';
import { networkModule } from '#domain/network/module.ts';
import { mayAsk } from '../../app/may-ask.ts';
import { useText } from '../../language/language.tsx';
import { useStore } from '../../live/hooks.ts';
import { useLive } from '../../live/provider.tsx';
import { positionText } from '../../map/earth.ts';
import { Drawer } from '../../ui/drawer.tsx';
import type { AttestingFacility } from '../attesting-facilities.ts';
import { FacilityRow } from '../facility-row.tsx';
import type { ShownFacility } from '../network-reading.ts';

/** One facility: where it is, all that it has to give, and the ways to its wall and its counts. */
export function FacilityPanel({
  facility,
  place,
  now,
  at,
  onClose,
}: {
  facility: ShownFacility;
  place: AttestingFacility | undefined;
  now: number;
  at: number;
  onClose: () => void;
}) {
  const t = useText();
  const session = useStore(useLive().session);
  const { details } = facility;
  const grants = typeof session === 'string' ? [] : session.grants;
  const facts = [
    [t('table.column-type'), details?.type],
    [t('table.column-region'), details?.region?.name],
    [t('table.position'), details?.position && positionText(details.position)],
  ].filter(([, value]) => value !== undefined);
  return (
    <Drawer title={facility.name} onClose={onClose}>
      <dl className="ft-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <ul className="net-list">
        <FacilityRow
          facility={facility}
          place={place}
          levels={levelsOfCare.flatMap((level) => facility.levels[level] ?? [])}
          mayUpdate={mayAsk(networkModule, 'availability.attest', { grants, path: place?.path ?? [] })}
          now={now}
          at={at}
        />
      </ul>
    </Drawer>
  );
}
