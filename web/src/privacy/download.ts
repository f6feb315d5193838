import { z } from 'zod';
import { type Refusal, refuse } from '#domain/errors.ts';
import { save } from '../export/write-file.ts';
import type { Live } from '../live/live.ts';

const archiveSchema = z.object({ zip: z.base64() });

/** Fetches an archive that is ready, and hands it to the browser. Gives why not, where it does not come. */
export async function download(live: Live, request: string): Promise<Refusal | undefined> {
  const answer = await live.post(`/api/v1/privacy/archives/${encodeURIComponent(request)}`);
  if (!answer.ok) return answer.error;
  const parsed = archiveSchema.safeParse(answer.result);
  if (!parsed.success) return refuse('unavailable', 'the answer is not understood');
  const bytes = Uint8Array.from(atob(parsed.data.zip), (letter) => letter.charCodeAt(0));
  save(new Blob([bytes], { type: 'application/zip' }), 'carewall-data.zip');
  return undefined;
}
