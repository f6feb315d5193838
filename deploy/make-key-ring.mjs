// Makes the key ring of a deployment where there is none, once, before any node starts: nodes that start together
// would each make their own, and what one has sealed the others could not read. Bundled into the image.
import { join } from 'node:path';
import { openKeyRing } from '#db/key-ring.ts';

const file = join(process.env.DATA_DIR, 'key-ring.json');
const { current } = await openKeyRing(file);
console.log(
  `The key ring ${file} is there; its current key is ${current}. Keep a copy of it apart from the database.`,
);
