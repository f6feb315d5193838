import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '#db/package-root.ts';
import { splitBatch } from '../../batch.ts';

const folder = ['realtime', 'ingest', 'hl7', 'testing', 'samples'];

/** Gives the files of others' messages, by name. */
export async function readSamples(): Promise<ReadonlyMap<string, Buffer>> {
  const path = join(packageRoot(), ...folder);
  const names = (await readdir(path)).filter((name) => name.endsWith('.hl7')).sort();
  const files = await Promise.all(names.map((name) => readFile(join(path, name))));
  return new Map(names.map((name, index) => [name, files[index] ?? Buffer.alloc(0)]));
}

/** Gives the messages in them. */
export async function readCorpus(): Promise<Buffer[]> {
  const files = await readSamples();
  return [...files.values()].flatMap((bytes) =>
    splitBatch(bytes).flatMap((item) => (item.kind === 'message' ? [item.bytes] : [])),
  );
}
