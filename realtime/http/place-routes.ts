import { Hono } from 'hono';
import { z } from 'zod';
import type { Database } from '#db/connect.ts';
import { listPlacesNear } from '#db/nearby-places.ts';
import { refuseInvalid } from '#domain/errors.ts';
import type { Authenticated } from './authenticate.ts';
import { problem } from './problem.ts';

const pointSchema = z
  .string()
  .max(60)
  .regex(/^[+-]?\d{1,3}(\.\d{1,12})?,[+-]?\d{1,3}(\.\d{1,12})?$/, 'must be latitude,longitude in degrees')
  .transform((text) => {
    const [latitude, longitude] = text.split(',').map(Number);
    return { latitude, longitude };
  })
  .pipe(z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180) }));

/** Half of the earth's girth in kilometres: nothing is farther away. */
const farthestKm = 20_038;

const nearQuerySchema = z.object({
  near: pointSchema,
  within: z.coerce.number().positive().max(farthestKm).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(20),
});

/** Which places lie around a point. A place of which one may not see anything is not there. */
export function placeRoutes({ sqlApp }: { readonly sqlApp: Database }): Hono<Authenticated> {
  const routes = new Hono<Authenticated>();
  routes.get('/places', async (context) => {
    const query = nearQuerySchema.safeParse(context.req.query());
    if (!query.success) return problem(refuseInvalid(query.error, 'the query does not fit'));
    const { principal } = context.get('identified');
    const { near, within, limit } = query.data;
    const places = await listPlacesNear(sqlApp, principal.org, {
      ...near,
      grants: principal.grants,
      withinMetres: within === undefined ? undefined : within * 1_000,
      limit,
    });
    return context.json({ places });
  });
  return routes;
}
