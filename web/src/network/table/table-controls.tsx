import { useId, useMemo, useState } from 'react';
import { careGroups, levelsByGroup } from '#domain/network/levels.ts';
import type { Position } from '#domain/network/schema.ts';
import { useText } from '../../language/language.tsx';
import { readPosition } from '../../map/earth.ts';
import type { ShownFacility } from '../network-reading.ts';
import { searched } from './table-rows.ts';
import { readTableView, stateChoices, type TableView, withinChoices } from './table-view.ts';

interface TableControlsProps {
  readonly view: TableView;
  readonly facilities: readonly ShownFacility[];
  readonly onChange: (view: TableView) => void;
  readonly place: { readonly name: string } | undefined;
  readonly onPosition: (position: Position | undefined) => void;
}

/** What of the network is shown, for the table and the map alike. */
export function TableControls({ view, facilities, onChange, place, onPosition }: TableControlsProps) {
  const t = useText();
  const change = (part: Readonly<Record<string, unknown>>) => onChange(readTableView({ ...view, ...part }));
  const regions = useMemo(
    () =>
      new Map(
        facilities.flatMap(({ details }) =>
          details?.region ? [[details.region.id, details.region.name]] : [],
        ),
      ),
    [facilities],
  );
  return (
    <div className="ft-controls">
      <label>
        {t('table.text')}
        <input
          type="search"
          value={view.text ?? ''}
          maxLength={100}
          onChange={({ target }) => change({ text: target.value })}
        />
      </label>
      <label>
        {t('table.column-care')}
        <select value={view.care ?? ''} onChange={({ target }) => change({ care: target.value })}>
          <option value="">{t('network.filter-all')}</option>
          <option value="live">{t('network.live')}</option>
          {careGroups.map((group) => (
            <optgroup key={group} label={t(`care.${group}`)}>
              <option value={group}>{t('table.all-of', { group: t(`care.${group}`) })}</option>
              {levelsByGroup[group].map((level) => (
                <option key={level} value={level}>
                  {t(`level.${level}`)}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <label>
        {t('table.column-state')}
        <select value={view.state ?? ''} onChange={({ target }) => change({ state: target.value })}>
          <option value="">{t('table.state-all')}</option>
          {stateChoices.map((state) => (
            <option key={state} value={state}>
              {state === 'open' ? t('table.state-open') : t(`shown.${state}`)}
            </option>
          ))}
        </select>
      </label>
      {regions.size > 1 && (
        <label>
          {t('table.column-region')}
          <select value={view.region ?? ''} onChange={({ target }) => change({ region: target.value })}>
            <option value="">{t('table.region-all')}</option>
            {[...regions]
              .sort(([, a], [, b]) => a.localeCompare(b))
              .map(([id, name]) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
          </select>
        </label>
      )}
      <NearField
        facilities={facilities}
        place={place}
        onPlace={(near, position) => {
          onPosition(position);
          change({ near, ...(near === undefined && position === undefined ? { within: undefined } : {}) });
        }}
      />
      {place !== undefined && (
        <label>
          {t('table.within')}
          <select value={view.within ?? ''} onChange={({ target }) => change({ within: target.value })}>
            <option value="">{t('table.within-any')}</option>
            {withinChoices.map((km) => (
              <option key={km} value={km}>
                {t('table.kilometres', { km })}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

/** So many names are offered while somebody types. */
const mostOffered = 8;

/** From where distances are counted: a facility by its name, a position, or, when asked, where the device is. */
function NearField({
  facilities,
  place,
  onPlace,
}: Pick<TableControlsProps, 'facilities' | 'place'> & {
  onPlace: (near: string | undefined, position: Position | undefined) => void;
}) {
  const t = useText();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<'unknown' | 'refused'>();
  const wanted = searched(typed).trim();
  const named =
    wanted.length < 2
      ? []
      : facilities
          .filter(({ name, details }) => details?.position !== undefined && searched(name).includes(wanted))
          .slice(0, mostOffered);
  const choose = () => {
    const facility = named.find(({ name }) => searched(name) === wanted) ?? named[0];
    const position = readPosition(typed);
    setFault(position === undefined && facility === undefined ? 'unknown' : undefined);
    if (position !== undefined) onPlace(typed.trim(), undefined);
    else if (facility !== undefined) onPlace(facility.id, undefined);
    else return;
    setTyped('');
  };
  const here = () => {
    setFault(undefined);
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => onPlace(undefined, { latitude, longitude }),
      () => setFault('refused'),
      { maximumAge: 60_000, timeout: 10_000 },
    );
  };
  if (place !== undefined) {
    return (
      <div className="ft-near">
        <span className="ft-near-label">{t('table.near')}</span>
        <span className="ft-near-place">
          <b>{place.name}</b>
          <button type="button" onClick={() => onPlace(undefined, undefined)}>
            {t('table.near-clear')}
          </button>
        </span>
      </div>
    );
  }
  return (
    <form
      className="ft-near"
      onSubmit={(event) => {
        event.preventDefault();
        choose();
      }}
    >
      <label htmlFor={id}>{t('table.near')}</label>
      <span className="ft-near-place">
        <input
          id={id}
          list={`${id}names`}
          value={typed}
          maxLength={100}
          autoComplete="off"
          placeholder={t('table.near-example')}
          aria-describedby={`${id}fault`}
          onChange={({ target }) => setTyped(target.value)}
        />
        <datalist id={`${id}names`}>
          {named.map((facility) => (
            <option key={facility.id} value={facility.name} />
          ))}
        </datalist>
        <button type="submit">{t('table.near-set')}</button>
        <button type="button" onClick={here}>
          {t('table.near-here')}
        </button>
      </span>
      <span className="field-error" role="alert" id={`${id}fault`}>
        {fault !== undefined && t(`table.near-${fault}`)}
      </span>
    </form>
  );
}
