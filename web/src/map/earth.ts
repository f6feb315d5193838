import { type Position, positionSchema } from '#domain/network/schema.ts';

/** The mean radius of the earth in kilometres (IUGG). */
const radiusKm = 6371.0088;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** The way between two places over the earth in kilometres, by the haversine formula: half a percent off at most. */
export function kilometresBetween(a: Position, b: Position): number {
  const across = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const along = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const share = across + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * along;
  return 2 * radiusKm * Math.asin(Math.sqrt(Math.min(1, share)));
}

/** A position as people write it, `10.78, 106.70`; nothing where it is none. */
export function readPosition(text: string): Position | undefined {
  const match = /^\s*(-?\d{1,3}(?:\.\d+)?)\s*[,; ]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  const read = positionSchema.safeParse({
    latitude: Number(match?.[1] ?? 'no'),
    longitude: Number(match?.[2] ?? 'no'),
  });
  return read.data;
}

/** A position as it can be read back, to some ten metres. */
export function positionText({ latitude, longitude }: Position): string {
  return `${Number(latitude.toFixed(4))}, ${Number(longitude.toFixed(4))}`;
}
