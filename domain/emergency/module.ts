import { defineModule, evolveOf } from '../module.ts';
import { emergencyRights } from './access.ts';
import { emergencyCommands } from './commands.ts';
import { emergencyEvents } from './events.ts';
import { evolveReviews } from './evolve.ts';
import { reviewsSchema } from './schema.ts';

/** Emergency access ("breaking the glass"): seeing patients of a unit without a role there, for a while, under review. */
export const emergencyModule = defineModule({
  name: 'emergency',
  rights: emergencyRights,
  commands: emergencyCommands,
  events: emergencyEvents,
  topics: [
    {
      kind: 'org/*/reviews',
      summary: 'The emergency accesses of an organisation, each with its review',
      state: reviewsSchema,
      views: [{ name: 'full', right: 'reviews.read' }],
      evolve: evolveOf(reviewsSchema, evolveReviews),
      beginning: (later) => ({ ...reviewsSchema.parse(later), reviews: {} }),
    },
  ],
});
