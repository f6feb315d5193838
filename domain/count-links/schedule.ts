import { localInZone } from '../zone.ts';
import type { ReachedAt } from './schema.ts';

/** Between these hours of the facility a text message would wake somebody. A mail wakes nobody. */
const quietFrom = 21;
const quietUntil = 7;

/** Whether a contact may be asked at a moment by itself, without somebody wanting it now. */
export function mayAsk(by: ReachedAt['by'], nowMs: number, zone: string): boolean {
  if (by === 'email') return true;
  const hour = Number(localInZone(nowMs, zone).slice(11, 13));
  return hour >= quietUntil && hour < quietFrom;
}
