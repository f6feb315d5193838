export { type Asked, useAsk } from '../ui/use-ask.ts';
