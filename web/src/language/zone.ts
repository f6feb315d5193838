export { instantInZone, localInZone } from '#domain/zone.ts';
