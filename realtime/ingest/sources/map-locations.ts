import type { AdtCommand, AdtLocation } from '../hl7/adt-command.ts';

/** The command with every location in it changed. */
export function mapLocations(
  command: AdtCommand,
  change: (location: AdtLocation) => AdtLocation,
): AdtCommand {
  const location = change(command.data.location);
  switch (command.type) {
    case 'bed.record-transfer': {
      const { from } = command.data;
      return {
        ...command,
        data: { ...command.data, location, ...(from === undefined ? {} : { from: change(from) }) },
      };
    }
    case 'bed.record-status':
      return { ...command, data: { ...command.data, location } };
    case 'bed.record-admission':
      return { ...command, data: { ...command.data, location } };
    default:
      return { ...command, data: { ...command.data, location } };
  }
}
