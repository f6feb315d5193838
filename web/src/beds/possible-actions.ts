import type { BedInUnit } from '#domain/beds/change.ts';
import { type BedRequest, decideRequest } from '#domain/beds/decide.ts';
import { bedsModule } from '#domain/beds/module.ts';
import { claimedFor, type TaskStatus, type Turnaround, taskStatusSchema } from '#domain/beds/schema.ts';
import { type Asking, mayAsk } from '../app/may-ask.ts';

/** Something a person may ask of a bed. An action with a form says what the form starts from. */
export type BedAction =
  | { readonly type: 'bed.claim' | 'bed.vacate' | 'bed.close' }
  | { readonly type: 'bed.release' | 'bed.open' | 'bed.end-isolation' }
  | { readonly type: 'bed.occupy'; readonly heldFor: string | undefined }
  | { readonly type: 'bed.request-turnaround'; readonly kinds: readonly Turnaround['kind'][] }
  | { readonly type: 'bed.advance-turnaround'; readonly kind: Turnaround['kind']; readonly to: TaskStatus }
  | { readonly type: 'bed.isolate'; readonly again: boolean };

/** Names an action among those of one bed. */
export function actionKey(action: BedAction): string {
  return action.type === 'bed.advance-turnaround' ? `${action.type}.${action.to}` : action.type;
}

/**
 * What the person can do with a bed as it is now. The rules are the server's own, asked with a probing command for
 * each action, so that nothing is offered that would be refused.
 */
export function possibleActions(place: BedInUnit, asking: Asking): BedAction[] {
  const { bed } = place;
  const context = {
    now: asking.now,
    by: { kind: 'person', id: 'probe', name: 'probe' } as const,
    newId: () => 'probe',
  };
  // Whoever occupies a held bed does it for the visit that it is held for.
  const encounter = claimedFor(bed.claim);
  const identity = encounter === undefined ? undefined : { subject: encounter, encounter };
  const can = (command: BedRequest) =>
    mayAsk(bedsModule, command.type, asking) && decideRequest(place, command, context, identity).ok;

  const id = { bed: bed.id };
  const found: BedAction[] = [];
  if (can({ type: 'bed.claim', data: { ...id, minutes: 120 } })) found.push({ type: 'bed.claim' });
  if (can({ type: 'bed.occupy', data: id })) found.push({ type: 'bed.occupy', heldFor: bed.claim?.visit });
  if (can({ type: 'bed.release', data: id })) found.push({ type: 'bed.release' });
  if (can({ type: 'bed.vacate', data: { ...id, leaves: 'H', priority: 'routine' } }))
    found.push({ type: 'bed.vacate' });
  const { turnaround } = bed;
  if (turnaround !== undefined) {
    for (const to of taskStatusSchema.options) {
      if (can({ type: 'bed.advance-turnaround', data: { ...id, to } })) {
        found.push({ type: 'bed.advance-turnaround', kind: turnaround.kind, to });
      }
    }
  }
  const kinds = (['cleaning', 'transport'] as const).filter((kind) =>
    can({ type: 'bed.request-turnaround', data: { ...id, kind, priority: 'routine' } }),
  );
  if (kinds.length > 0) found.push({ type: 'bed.request-turnaround', kinds });
  if (can({ type: 'bed.isolate', data: { ...id, precaution: 'contact' } })) {
    found.push({ type: 'bed.isolate', again: bed.isolation !== undefined });
  }
  if (can({ type: 'bed.end-isolation', data: id })) found.push({ type: 'bed.end-isolation' });
  if (can({ type: 'bed.close', data: { ...id, reason: 'probe' } })) found.push({ type: 'bed.close' });
  if (can({ type: 'bed.open', data: id })) found.push({ type: 'bed.open' });
  return found;
}
