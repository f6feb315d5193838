import { config } from 'zod';

// Where it may, zod compiles schemas with `new Function`, and asks by trying. Our content security policy forbids it and
// would report every page as a violation. Schemas ask as they are made, so this comes before anything that makes one.
config({ jitless: true });
await import('./start.tsx');
