import type postgres from 'postgres';
import { z } from 'zod';
import { horizonMs, longestMs } from '#domain/appointments/placing.ts';
import type { Department } from '#domain/appointments/schema.ts';
import { type Instant, instantOf, millis } from '#domain/instant.ts';
import type { StoreContext } from '../store.ts';

/** A value, or a query that gives it. */
type Part = postgres.PendingQuery<postgres.Row[]>;
type Rows = Promise<postgres.Row[]>;

export type CalendarKind = 'practitioner' | 'room';

const departmentRowSchema = z.object({
  department: z.string(),
  name: z.string(),
  path: z.array(z.string()).min(2),
  facility: z.string().nullable(),
  facility_code: z.string(),
  timezone: z.string(),
});
export type DepartmentRow = z.infer<typeof departmentRowSchema>;
export const departmentRowsSchema = z.array(departmentRowSchema);

export const calendarRowsSchema = z.array(
  z.object({
    kind: z.enum(['practitioner', 'room']),
    id: z.string(),
    department: z.string(),
    entity: z.unknown(),
  }),
);

export const spanRowsSchema = z.array(
  z
    .object({ start: z.date(), end: z.date() })
    .transform(({ start, end }) => ({ start: start.getTime(), end: end.getTime() })),
);

/** The department as its topic's state names it: with its facility, or the organisation where it is in none. */
export function departmentOf({ department, name, path, facility, timezone }: DepartmentRow): Department {
  return { id: department, name, facility: facility ?? path[0] ?? '', timezone };
}

/** The department under an id, with what it takes from its facility. */
export async function selectDepartment({ org, connection }: StoreContext, id: Part): Rows {
  return connection`
    select p.id as department, p.name, p.path, p.facility, coalesce(f.code, f.id, '') as facility_code, coalesce(f.timezone, 'UTC') as timezone
    from carewall.places p
    left join carewall.places f on f.org_id = p.org_id and f.id = p.facility
    where p.org_id = ${org} and p.kind = 'department' and p.id = ${id}`.execute();
}

/** The practitioner and the room under two ids, wherever they are. */
export async function selectCalendars(
  { org, connection }: StoreContext,
  practitioner: Part,
  room: Part,
): Rows {
  return connection`
    select kind, id, department, entity from carewall.calendars
    where org_id = ${org}
      and ((kind = 'practitioner' and id = ${practitioner}) or (kind = 'room' and id = ${room}))`.execute();
}

/** The time that is taken of a practitioner or a room around a moment, but for one appointment. */
export async function selectBusy(
  { org, connection }: StoreContext,
  around: { practitioner: Part; room: Part; start: Instant; but?: string },
): Rows {
  const from = instantOf(millis(around.start) - horizonMs);
  const to = instantOf(millis(around.start) + horizonMs + longestMs);
  return connection`
    select lower(during) as start, upper(during) as end from carewall.appointments
    where org_id = ${org} and live and (practitioner = ${around.practitioner} or room = ${around.room})
      and during && tstzrange(${from}, ${to}) and id is distinct from ${around.but ?? null}
    order by 1`.execute();
}

/** The account under an id, where it is a patient's. */
export async function selectPatient({ org, connection }: StoreContext, account: string | undefined): Rows {
  if (account === undefined) return [];
  return connection`
    select a.id from carewall.accounts a
    where a.org_id = ${org} and a.id = ${account} and exists (
      select from carewall.grants g where g.org_id = a.org_id and g.account = a.id and g.role = 'patient')`.execute();
}

/** Whether a patient's account was found. */
export function isKnownPatient(rows: readonly unknown[]): boolean {
  return rows.length > 0;
}
