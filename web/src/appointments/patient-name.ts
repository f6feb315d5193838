import type { Appointment } from '#domain/appointments/schema.ts';
import type { Translate } from '../language/catalogue.ts';

/** Who an appointment is for, as far as this view says: otherwise that the time is taken. */
export function patientName(t: Translate, { patient }: Appointment): string {
  const name = [patient?.family, patient?.given].filter((part) => part !== undefined).join(' ');
  return name === '' ? (patient?.mrn ?? t('appointments.taken')) : name;
}
