import type { Database } from '#db/connect.ts';
import { type MappedCodes, mappingsOfFeed } from '#db/feed-mappings.ts';

import { mapLocations } from '../hl7/adt.ts';
import type { AdtCommand, AdtLocation } from '../hl7/adt-command.ts';
import type { Hl7Source } from '../hl7/sources.ts';

/** What codes of sources mean where no bed has them, remembered for a moment. */
export interface LocationMappings {
  /** The command with its locations as they are known here. */
  apply(source: Hl7Source, command: AdtCommand): Promise<AdtCommand>;
  /** Forgets what is remembered of a source: somebody has mended it. */
  forget(source: string): void;
}

/** Gives the mappings of all sources. A change reaches every node within `rememberMs`. */
export function createLocationMappings(app: Database, rememberMs: number): LocationMappings {
  const remembered = new Map<
    string,
    { readonly at: number; readonly codes: Promise<readonly MappedCodes[]> }
  >();

  function mappingsOf(source: Hl7Source): Promise<readonly MappedCodes[]> {
    const known = remembered.get(source.id);
    if (known !== undefined && Date.now() - known.at < rememberMs) return known.codes;
    const codes = mappingsOfFeed(app, source);
    remembered.set(source.id, { at: Date.now(), codes });
    // What could not be read is not remembered; whoever asked hears why.
    codes.catch(() => remembered.delete(source.id));
    return codes;
  }

  return {
    async apply(source, command) {
      const codes = await mappingsOf(source);
      return codes.length === 0 ? command : mapLocations(command, (location) => mapped(location, codes));
    },
    forget: (source) => remembered.delete(source),
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
