import { mergeAlert } from '../alerts/events.ts';
import type { Alert } from '../alerts/schema.ts';
import type { DecisionContext, NewEvent } from '../module.ts';
import type { BedInUnit, NextAxes } from './change.ts';
import { type Merge, type Survivor, survivorOf, withMerges } from './merges.ts';
import type { Telling } from './telling.ts';

/** What merges of patients reach. */
export interface MergeState {
  readonly places: readonly BedInUnit[];
  /** The merges there are already among the patients that a fact names. */
  readonly merges: readonly Merge[];
  /** Those that the fact states itself. */
  readonly stated?: readonly Merge[];
  /** The open alerts that concern those patients, with the unit of each. */
  readonly openAlerts?: readonly { readonly unit: string; readonly alert: Alert }[];
}

/** Carries merges through to whoever is in a bed, is to have one, or is spoken of in an open alert. */
export function carryMerges(
  { places, merges: known, stated = [], openAlerts = [] }: MergeState,
  told: Telling,
  context: DecisionContext,
): { readonly events: readonly NewEvent[]; readonly merges: readonly Merge[] } {
  const merges = withMerges(known, stated);
  const becomes = (subject: string | undefined): Survivor | undefined => {
    const survivor = subject === undefined ? undefined : survivorOf(merges, subject);
    return survivor?.subject === subject ? undefined : survivor;
  };
  for (const place of places) {
    const { occupant, claim } = place.bed;
    const lies = becomes(occupant?.subject);
    const comes = becomes(claim?.subject);
    const next: NextAxes = {
      ...(occupant === undefined || lies === undefined ? {} : { occupant: { ...occupant, ...lies } }),
      ...(claim === undefined || comes === undefined ? {} : { claim: { ...claim, subject: comes.subject } }),
    };
    if (Object.keys(next).length > 0) told.amend(place, 'bed.patient-merged', next);
  }
  const alerts = openAlerts.flatMap(({ unit, alert }) => {
    const survivor = becomes(alert.subject);
    return survivor === undefined ? [] : [mergeAlert(unit, alert, survivor.subject, context)];
  });
  return { events: [...told.events(), ...alerts], merges: withMerges([], stated) };
}
