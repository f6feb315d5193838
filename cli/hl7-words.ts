import type { Patient } from '#domain/beds/schema.ts';
import { type AdtCommand, type AdtLocation, bedStatuses } from '#realtime/ingest/hl7/adt-command.ts';

/** Gives a place as it stands in PV1-3: what of it is empty is left out. */
function place({ facility, pointOfCare, room, bed }: AdtLocation): string {
  return [facility, pointOfCare, room, bed].filter((code) => code !== '').join(' ');
}

function person(patient: Patient): string {
  const name = [patient.given, patient.family].filter((part) => part !== undefined).join(' ');
  return `${patient.mrn ?? 'unknown'}${name === '' ? '' : ` (${name})`}`;
}

/**
 * Gives what a message would do, in words. Whom it is about is left out unless it is asked for: a terminal has a
 * history, and somebody may look on.
 */
export function wordsOf(command: AdtCommand, { showPatients }: { showPatients: boolean }): string {
  return `${deed(command, showPatients)}, ${command.data.at}`;
}

function deed(command: AdtCommand, showPatients: boolean): string {
  const visit = (data: { patient: Patient; visit?: string | undefined }): string =>
    showPatients ? `visit ${data.visit ?? 'unknown'} of ${person(data.patient)}` : 'a visit';
  switch (command.type) {
    case 'bed.record-admission':
      return `${visit(command.data)} begins at ${place(command.data.location)}`;
    case 'bed.record-transfer': {
      const { from, location } = command.data;
      return `${visit(command.data)} moves ${from === undefined ? '' : `from ${place(from)} `}to ${place(location)}`;
    }
    case 'bed.record-discharge':
      return `${visit(command.data)} ends at ${place(command.data.location)}`;
    case 'bed.record-preadmission':
      return `${visit(command.data)} is expected at ${place(command.data.location)} until ${command.data.until}`;
    case 'bed.record-update':
      return `who the patient of ${showPatients ? visit(command.data) : 'a visit'} is, at ${place(command.data.location)}`;
    case 'bed.record-admission-cancelled':
      return `${visit(command.data)} never began at ${place(command.data.location)}`;
    case 'bed.record-transfer-cancelled':
      return `${visit(command.data)} never moved, and is at ${place(command.data.location)}`;
    case 'bed.record-discharge-cancelled':
      return `${visit(command.data)} never ended, and is at ${place(command.data.location)}`;
    case 'bed.record-swap':
      return `two visits change places: ${command.data.stays
        .map((stay) => `${visit(stay)} is at ${place(stay.location)}`)
        .join('; ')}`;
    case 'bed.record-leave':
      return `${visit(command.data)} is on leave from ${place(command.data.location)}`;
    case 'bed.record-return':
      return `${visit(command.data)} is back at ${place(command.data.location)}`;
    case 'bed.record-status': {
      const { location, status } = command.data;
      return `${place(location)} is ${bedStatuses[status].toLowerCase()}`;
    }
    case 'bed.record-merge': {
      const { merges } = command.data;
      const told = merges
        .map(({ gone, patient }) => `${gone.map(({ mrn }) => mrn).join(', ')} is ${person(patient)} now`)
        .join('; ');
      return showPatients ? told : `numbers of ${merges.length} patients are merged into others`;
    }
  }
}
