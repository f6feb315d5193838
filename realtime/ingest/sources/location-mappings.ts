import type { Database } from '#db/connect.ts';
import { type MappedCodes, mappingsOfFeed } from '#db/feed-mappings.ts';

import { mapLocations } from '../hl7/adt.ts';
import type { AdtCommand, AdtLocation } from '../hl7/adt-command.ts';
import type { Hl7Source } from '../hl7/sources.ts';

/**
 * Gives what applies a source's mappings to a command: its locations as they are known here. They are read for each message:
 * what somebody has just mended holds on every node, and a message that is played again is the same command everywhere.
 */
export function createLocationMappings(app: Database) {
  return async (source: Hl7Source, command: AdtCommand): Promise<AdtCommand> => {
    const codes = await mappingsOfFeed(app, source);
    return codes.length === 0 ? command : mapLocations(command, (location) => mapped(location, codes));
  };
}

function mapped(location: AdtLocation, codes: readonly MappedCodes[]): AdtLocation {
  const found = codes.find(({ from }) => same(from, location));
  if (found === undefined) return location;
  // A place without a bed: whoever is there is in none of ours.
  return found.to === 'nowhere' ? { ...location, bed: '' } : found.to;
}

function same(a: AdtLocation, b: AdtLocation): boolean {
  return a.facility === b.facility && a.pointOfCare === b.pointOfCare && a.room === b.room && a.bed === b.bed;
}
