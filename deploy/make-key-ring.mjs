// Makes the key ring of a deployment where there is none, once, before any node starts: nodes make none in production.
// Bundled into the image.
import { join } from 'node:path';
import { makeKeyRing, openKeyRing } from '#db/key-ring.ts';

const file = process.env.KEY_RING_FILE || join(process.env.DATA_DIR, 'key-ring.json');
await makeKeyRing(file);
const { current } = await openKeyRing({ file, make: false });
console.log(
  `The key ring ${file} is there; its current key is ${current}. Keep a copy of it apart from the database.`,
);
