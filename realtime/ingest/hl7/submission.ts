import type { AdtCommand } from './adt-command.ts';
import { errorConditions, type Location, position, type Refusal } from './refusal.ts';
import type { Hl7Source } from './sources.ts';

/** What became of a command. An `ok` means that it is committed. */
export type Submitted =
  | { ok: true }
  | {
      ok: false;
      error: { code: string; message: string; issues?: readonly { path: string; message: string }[] };
    };

/** Hands a command to the one path of commands, on behalf of a source. */
export type Submit = (source: Hl7Source, command: AdtCommand & { id: string }) => Promise<Submitted>;

/** Where in the message the fields of a command come from: an issue's path begins with one of these. */
const fieldsOfStay: readonly (readonly [string, Location])[] = [
  ['gone', { segment: 'MRG', field: 1 }],
  ['patient.mrn', { segment: 'PID', field: 3, component: 1 }],
  ['patient.assigner', { segment: 'PID', field: 3, component: 4 }],
  ['patient.family', { segment: 'PID', field: 5, component: 1 }],
  ['patient.given', { segment: 'PID', field: 5, component: 2 }],
  ['patient.birthDate', { segment: 'PID', field: 7 }],
  ['patient.sex', { segment: 'PID', field: 8 }],
  ['patient', { segment: 'PID' }],
  ['visit', { segment: 'PV1', field: 19, component: 1 }],
  ['from', { segment: 'PV1', field: 6 }],
  ['location', { segment: 'PV1', field: 3 }],
  ['at', { segment: 'EVN', field: 6 }],
];
const fieldsOfStatus: readonly (readonly [string, Location])[] = [
  ['location', { segment: 'NPU', field: 1 }],
  ['status', { segment: 'NPU', field: 2 }],
  ['at', { segment: 'EVN', field: 6 }],
];

function fieldsOf(command: AdtCommand): readonly (readonly [string, Location])[] {
  return command.type === 'bed.record-status' ? fieldsOfStatus : fieldsOfStay;
}

/** A17 and A40 tell of several: the index in `stays.1.location` is the second PID and PV1 of the message. */
function locate(command: AdtCommand, path: string): Location | undefined {
  const [, list, index, rest = ''] =
    /^data\.(?:(stays|merges)\.(\d+)\.?)?(.*)$/.exec(`data.${path.replace(/^data\./, '')}`) ?? [];
  const found = fieldsOf(command).find(([prefix]) => rest === prefix || rest.startsWith(`${prefix}.`))?.[1];
  if (found === undefined || list === undefined || index === '0') return found;
  return { ...found, occurrence: Number(index) + 1 };
}

function refusing(ack: Refusal['ack'], code: Refusal['code'], what: string, location?: Location): Refusal {
  const place = location === undefined ? '' : `: ${position(location)}`;
  return { ack, code, text: `${what}${place}`, ...(location === undefined ? {} : { location }) };
}

/**
 * Gives the refusal that stands for a command's error. The error's own message is not passed on: it is written for
 * our people, and no one has proved that it holds no patient's data.
 */
export function refusalOf(
  command: AdtCommand,
  error: { code: string; issues?: readonly { path: string; message: string }[] },
): Refusal {
  switch (error.code) {
    case 'not_found':
      return refusing('AE', '204', 'Unknown bed', locate(command, error.issues?.[0]?.path ?? 'location'));
    case 'conflict':
      return refusing('AE', '205', 'Control id already used for other content', {
        segment: 'MSH',
        field: 10,
      });
    case 'gone':
      return refusing('AE', '205', 'Control id too old to be used again', { segment: 'MSH', field: 10 });
    case 'invalid':
      return invalid(command, error.issues?.[0]?.path);
    case 'too_large':
      return refusing('AR', '104', errorConditions['104']);
    case 'forbidden':
    case 'unauthenticated':
    case 'step_up':
      return refusing('AR', '207', 'This source may not report this', locate(command, 'location'));
    case 'unavailable':
    case 'rate_limited':
      return refusing('AE', '207', 'Not taken now, send again');
    default:
      return refusing('AE', '207', errorConditions['207']);
  }
}

function invalid(command: AdtCommand, path: string | undefined): Refusal {
  const location = path === undefined ? undefined : locate(command, path);
  const isCoded = location?.segment === 'NPU' && location.field === 2;
  const code = isCoded || (location?.segment === 'PID' && location.field === 8) ? '103' : '102';
  return refusing('AE', code, errorConditions[code], location);
}
