import { type Refusal, refuse } from '#domain/errors.ts';

/** The most that a webhook may say. */
export const mostBytes = 64 * 1024;

/** The bytes of a request, or a refusal as soon as there are too many: what is over the limit is not waited for. */
export async function readWebhookBody(request: Request): Promise<Uint8Array | Refusal> {
  const tooLarge = refuse('too_large', 'a webhook is at most 64 KiB');
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) return tooLarge;
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const read = await reader?.read();
    if (read === undefined || read.done) return Buffer.concat(chunks, size);
    size += read.value.byteLength;
    if (size > mostBytes) {
      await reader?.cancel();
      return tooLarge;
    }
    chunks.push(read.value);
  }
}
