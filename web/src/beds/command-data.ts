import { instantInZone } from '../language/zone.ts';
import type { BedAction } from './possible-actions.ts';

/** What a person entered, by the name of the field; empty where nothing was. */
export type Entered = (name: string) => string;

/** The data of the command that an action comes to. What was left empty is left out. */
export function commandData(
  action: BedAction,
  bed: string,
  entered: Entered,
  zone: string,
): Record<string, unknown> {
  switch (action.type) {
    case 'bed.claim':
      return { bed, minutes: Number(entered('minutes')), ...given({ visit: entered('visit') }) };
    case 'bed.occupy': {
      const patient = given({
        family: entered('family'),
        given: entered('given'),
        mrn: entered('mrn'),
        birthDate: entered('birthDate'),
      });
      return {
        bed,
        ...given({ visit: entered('visit') }),
        ...(Object.keys(patient).length > 0 ? { patient } : {}),
      };
    }
    case 'bed.vacate':
      return { bed, leaves: entered('leaves'), priority: entered('priority') };
    case 'bed.request-turnaround':
      return { bed, kind: entered('kind'), priority: entered('priority') };
    case 'bed.advance-turnaround':
      return { bed, to: action.to };
    case 'bed.close': {
      const expectedEnd = instantInZone(entered('expectedEnd'), zone);
      return { bed, reason: entered('reason').trim(), ...(expectedEnd === undefined ? {} : { expectedEnd }) };
    }
    case 'bed.isolate':
      return { bed, precaution: entered('precaution') };
    case 'bed.release':
    case 'bed.open':
    case 'bed.end-isolation':
      return { bed };
    default:
      return action satisfies never;
  }
}

function given(fields: Readonly<Record<string, string>>): Record<string, string> {
  const trimmed = Object.entries(fields).map(([name, text]) => [name, text.trim()] as const);
  return Object.fromEntries(trimmed.filter(([, text]) => text !== ''));
}
