import { defineModule, evolveOf } from '../module.ts';
import { networkRights } from './access.ts';
import { networkCommands } from './commands.ts';
import { networkEvents } from './events.ts';
import { evolveAvailability, evolveCensus, evolveNetwork, evolveRegion } from './evolve.ts';
import {
  facilityAvailabilitySchema,
  facilityCensusSchema,
  networkAvailabilitySchema,
  regionAvailabilitySchema,
} from './schema.ts';

/** What a network of facilities has to give: attested by people where only counts are known, derived where beds are. */
export const networkModule = defineModule({
  name: 'network',
  rights: networkRights,
  commands: networkCommands,
  events: networkEvents,
  topics: [
    {
      kind: 'facility/*/availability',
      toldBy: 'network/availability',
      summary:
        'What is known of a facility, and its available beds by level of care, as people attested them',
      state: facilityAvailabilitySchema,
      views: [{ name: 'public', right: 'availability.read' }],
      evolve: evolveOf(facilityAvailabilitySchema, evolveAvailability),
      beginning: (later) => ({ facility: facilityAvailabilitySchema.parse(later).facility, levels: {} }),
    },
    {
      kind: 'facility/*/census',
      toldBy: 'network/availability',
      summary: 'The beds of a facility in numbers, by unit; derived',
      state: facilityCensusSchema,
      views: [{ name: 'public', right: 'census.read' }],
      evolve: evolveOf(facilityCensusSchema, evolveCensus),
      beginning: (later) => ({ facility: facilityCensusSchema.parse(later).facility, units: {} }),
    },
    {
      kind: 'network/availability',
      summary: 'What every facility of the network has to give; derived',
      state: networkAvailabilitySchema,
      views: [{ name: 'public', right: 'availability.read' }],
      evolve: evolveOf(networkAvailabilitySchema, evolveNetwork),
      beginning: (later) => ({
        organisation: networkAvailabilitySchema.parse(later).organisation,
        facilities: {},
      }),
    },
    {
      kind: 'region/*/availability',
      toldBy: 'network/availability',
      summary: 'What every facility of a region has to give; derived',
      state: regionAvailabilitySchema,
      views: [{ name: 'public', right: 'availability.read' }],
      evolve: evolveOf(regionAvailabilitySchema, evolveRegion),
      beginning: (later) => ({ region: regionAvailabilitySchema.parse(later).region, facilities: {} }),
    },
  ],
});
