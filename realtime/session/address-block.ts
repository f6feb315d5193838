export { addressBlock } from '#domain/address-block.ts';
