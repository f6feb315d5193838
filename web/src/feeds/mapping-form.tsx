import { useState } from 'react';
import type { UnitBeds } from '#domain/beds/schema.ts';
import type { Codes, Mapping } from '#domain/feeds/schema.ts';
import { useText } from '../language/language.tsx';
import { useTopic } from '../live/hooks.ts';
import { useFacilities } from '../places/use-facilities.ts';
import { Field } from '../ui/field.tsx';
import type { Ask } from '../ui/use-ask.ts';
import { codesText } from './sources-view.ts';

interface MappingFormProps {
  readonly feed: string;
  readonly location: Codes;
  /** What was said of these codes before. */
  readonly mapping: Mapping | undefined;
  readonly busy: boolean;
  readonly ask: Ask;
}

const nowhere = 'nowhere';

/** Says which bed a source means by its codes, or that they are none of ours. */
export function MappingForm({ feed, location, mapping, busy, ask }: MappingFormProps) {
  const t = useText();
  const facilities = useFacilities();
  const [unit, setUnit] = useState(() => unitOf(mapping));
  const [bed, setBed] = useState(mapping?.to.kind === 'bed' ? mapping.to.bed : '');
  const [fault, setFault] = useState<string>();
  const places = facilities === 'loading' || 'error' in facilities ? [] : facilities;
  const bedsTopic = places.flatMap(({ units }) => units).find(({ id }) => id === unit)?.bedsTopic;
  const submit = () => {
    if (unit !== nowhere && bed === '') return setFault(t('feeds.map-choose'));
    setFault(undefined);
    const to = unit === nowhere ? { kind: 'nowhere' } : { kind: 'bed', bed };
    return void ask('feed.map-location', { feed, location, to }, t('feeds.mapped'));
  };
  return (
    <form
      className="feeds-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h3>{t('feeds.map', { codes: codesText(location) })}</h3>
      <p className="feeds-quiet">
        {mapping === undefined
          ? t('feeds.map-none')
          : mapping.to.kind === 'bed'
            ? t('feeds.map-bed', { bed: mapping.to.name, unit: mapping.to.unit.name })
            : t('feeds.map-nowhere')}
      </p>
      <Field label={t('feeds.map-unit')}>
        {(control) => (
          <select
            {...control}
            value={unit}
            onChange={({ target }) => {
              setUnit(target.value);
              setBed('');
            }}
          >
            <option value="">{t('feeds.map-choose-unit')}</option>
            {places.map((facility) => (
              <optgroup key={facility.id} label={facility.name}>
                {facility.units.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </optgroup>
            ))}
            <option value={nowhere}>{t('feeds.map-not-ours')}</option>
          </select>
        )}
      </Field>
      {bedsTopic !== undefined && <BedField topic={bedsTopic} value={bed} error={fault} onChange={setBed} />}
      <div className="feeds-buttons">
        <button type="submit" className="primary" disabled={busy || unit === ''}>
          {t('feeds.map-save')}
        </button>
        {mapping !== undefined && (
          <button
            type="button"
            disabled={busy}
            onClick={() => void ask('feed.unmap-location', { feed, location }, t('feeds.unmapped'))}
          >
            {t('feeds.unmap')}
          </button>
        )}
      </div>
    </form>
  );
}

function BedField({
  topic,
  value,
  error,
  onChange,
}: {
  topic: string;
  value: string;
  error: string | undefined;
  onChange: (bed: string) => void;
}) {
  const t = useText();
  const { state } = useTopic<UnitBeds>(topic);
  const beds = Object.values(state?.beds ?? {});
  return (
    <Field label={t('feeds.map-to')} error={error}>
      {(control) => (
        <select {...control} value={value} onChange={({ target }) => onChange(target.value)}>
          <option value="">{t('feeds.map-choose')}</option>
          {beds.map(({ id, name, location }) => (
            <option key={id} value={id}>
              {`${name} (${codesText(location)})`}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function unitOf(mapping: Mapping | undefined): string {
  if (mapping === undefined) return '';
  return mapping.to.kind === 'bed' ? mapping.to.unit.id : nowhere;
}
