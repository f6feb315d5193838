import { takeBack } from './arrivals.ts';
import type { BedInUnit } from './change.ts';
import { claimedFor } from './schema.ts';
import type { KnownStay, Telling } from './telling.ts';

/** A discharge: whatever bed the visit was in is left. */
export function recordDischarge(stay: KnownStay, places: readonly BedInUnit[], told: Telling): void {
  const { named, current } = stay;
  // It speaks of the bed its visit is in, whatever bed it names.
  const spokenOf = current ?? named;
  if (spokenOf !== undefined && told.isLateFor(spokenOf)) {
    told.keep(spokenOf, stay);
    return;
  }
  endPlans(stay, places, told);
  if (current !== undefined) {
    if (named !== undefined && current.bed.id !== named.bed.id)
      told.alert(current, 'discharge-from-another-bed', current.bed.occupant);
    told.vacate(current);
    hearNamed(stay, told);
  } else if (named !== undefined) {
    // The board never had the visit, or somebody said before the feed did that the bed was left.
    const other = named.bed.occupant;
    if (other?.encounter !== undefined) told.alert(named, 'discharge-of-another-visit', other);
    told.hear(named);
  }
}

/** The stay never was, and nothing is planned for it any more. */
export function cancelAdmission(stay: KnownStay, places: readonly BedInUnit[], told: Telling): void {
  const { named, current } = stay;
  const spokenOf = current ?? named;
  if (spokenOf !== undefined && told.isLateFor(spokenOf)) {
    told.keep(spokenOf, stay);
    return;
  }
  endPlans(stay, places, told);
  if (current !== undefined) {
    takeBack(current, told);
    hearNamed(stay, told);
  } else if (named !== undefined) told.hear(named);
}

/** The feed spoke of the bed it named, too: said once more, when the visit is gone, the fact would be about that one alone. */
function hearNamed({ named, current }: KnownStay, told: Telling): void {
  if (named !== undefined && named.bed.id !== current?.bed.id && !told.isLateFor(named)) told.hear(named);
}

/** A bed is planned for a visit until a moment, if it can be claimed; else somebody is told. */
export function plan(stay: KnownStay, until: string, places: readonly BedInUnit[], told: Telling): void {
  const { named, identity, current } = stay;
  if (named === undefined) return;
  if (told.isLateFor(named) || current !== undefined || until <= told.now) {
    told.keep(named, stay);
    return;
  }
  const { operationalStatus, claim: held } = named.bed;
  const isOurs = claimedFor(held) !== undefined && claimedFor(held) === identity?.encounter;
  endPlans(stay, places, told, named);
  if (operationalStatus !== 'U' || (held !== undefined && !isOurs)) {
    told.alert(named, 'planned-bed-not-free', { ...identity, visit: stay.stated.visit });
    return;
  }
  const claim = {
    status: 'planned' as const,
    by: told.by,
    at: told.at,
    until,
    ...identity,
    ...(stay.stated.visit === undefined ? {} : { visit: stay.stated.visit }),
  };
  told.amend(named, 'bed.claimed', { claim });
}

/** Who the patient is was said anew. An update moves nobody, whatever bed it names. */
export function describe(stay: KnownStay, told: Telling): void {
  const { current, identity, patient } = stay;
  const occupant = current?.bed.occupant;
  if (current === undefined || occupant === undefined) return;
  const next = { ...occupant, ...identity, patient };
  if (told.isLateFor(current)) told.keep(current, stay);
  else if (JSON.stringify(next) !== JSON.stringify(occupant))
    told.amend(current, 'bed.patient-described', { occupant: next });
}

/** The beds that were planned for a visit are planned for it no longer. */
export function endPlans(
  { identity }: KnownStay,
  places: readonly BedInUnit[],
  told: Telling,
  except?: BedInUnit,
): void {
  if (identity === undefined) return;
  for (const place of places) {
    const { claim, id } = place.bed;
    if (claim?.status !== 'planned' || claimedFor(claim) !== identity.encounter) continue;
    if (id !== except?.bed.id && !told.isLateFor(place))
      told.amend(place, 'bed.claim-released', { claim: null });
  }
}
