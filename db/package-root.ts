import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const packageJson = z.object({ name: z.string() });

let found: string | undefined;

/**
 * The folder that holds Carewall's package.json, wherever this code runs from: the sources under a test, or the
 * bundle in dist/. Throws when no folder above it is ours.
 */
export function packageRoot(): string {
  found ??= rootAbove(dirname(fileURLToPath(import.meta.url)));
  return found;
}

function rootAbove(start: string): string {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isOurs(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) {
      throw new Error(
        `No package.json of Carewall was found in ${start} or above it: keep dist/ inside the package.`,
      );
    }
  }
}

function isOurs(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return false;
  }
  return packageJson.safeParse(JSON.parse(text)).data?.name === 'carewall';
}
