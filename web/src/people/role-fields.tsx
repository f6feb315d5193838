import { useMemo } from 'react';
import { canBeHeldAt, roleRules } from '#domain/identity/role-rules.ts';
import { type Role, roles } from '#domain/identity/roles.ts';
import type { NetworkAvailability } from '#domain/network/schema.ts';
import type { Place } from '#domain/protocol.ts';
import { useText } from '../language/language.tsx';
import { useStore, useTopic } from '../live/hooks.ts';
import { useLive } from '../live/provider.tsx';
import { Field } from '../ui/field.tsx';

/** A place that can be chosen, with where it lies. */
export interface Choosable {
  readonly id: string;
  readonly kind: Place['kind'];
  readonly label: string;
}

/** A role and a place, as far as they are chosen. */
export interface Chosen {
  readonly role: Role | '';
  readonly place: string;
}

export const nothingChosen: Chosen = { role: '', place: '' };

/** The places below what somebody administers, from the top: those of the topics they see, and the network's facilities. */
export function useChoosable(within: string): readonly Choosable[] {
  const topics = useStore(useLive().topics);
  const network = useTopic<NetworkAvailability>('network/availability').state;
  return useMemo(() => {
    const found = new Map<string, Choosable>();
    const listed = topics === 'loading' || 'error' in topics ? [] : topics;
    for (const { path } of listed) {
      const from = path.findIndex(({ id }) => id === within);
      if (from === -1) continue;
      for (const [index, place] of path.slice(from).entries()) {
        if (place.kind === 'person' || place.kind === 'conversation') continue;
        const above = path.slice(from, from + index).findLast(({ kind }) => kind === 'facility');
        const label = above === undefined ? place.name : `${place.name} · ${above.name}`;
        found.set(place.id, { id: place.id, kind: place.kind, label });
      }
    }
    if (network?.organisation.id === within) {
      for (const { id, name } of Object.values(network.facilities))
        if (!found.has(id)) found.set(id, { id, kind: 'facility', label: name });
    }
    return [...found.values()];
  }, [topics, network, within]);
}

/** A role and where it is held. Only places are offered at which it can be. */
export function RoleFields({
  chosen,
  places,
  forKeys = false,
  onChange,
}: {
  chosen: Chosen;
  places: readonly Choosable[];
  forKeys?: boolean;
  onChange: (chosen: Chosen) => void;
}) {
  const t = useText();
  const { role, place } = chosen;
  const offered = roles.filter(
    (one) => (!forKeys || roleRules[one].forKeys) && places.some(({ kind }) => canBeHeldAt(one, kind)),
  );
  const fitting = role === '' ? [] : places.filter(({ kind }) => canBeHeldAt(role, kind));
  return (
    <div className="people-role-fields">
      <Field label={t('people.role')}>
        {(control) => (
          <select
            {...control}
            value={role}
            onChange={({ target }) => {
              const next = roles.find((one) => one === target.value) ?? '';
              const keeps = places.some(
                ({ id, kind }) => id === place && next !== '' && canBeHeldAt(next, kind),
              );
              onChange({ role: next, place: keeps ? place : '' });
            }}
          >
            <option value="">{t('people.role-choose')}</option>
            {offered.map((one) => (
              <option key={one} value={one}>
                {t(`role.${one}`)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={t('people.place')}>
        {(control) => (
          <select
            {...control}
            value={place}
            disabled={role === ''}
            onChange={({ target }) => onChange({ role, place: target.value })}
          >
            <option value="">{t('people.place-choose')}</option>
            {fitting.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}

/** Whether both are chosen. */
export function isChosen(chosen: Chosen): chosen is { role: Role; place: string } {
  return chosen.role !== '' && chosen.place !== '';
}
