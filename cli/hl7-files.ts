import { createReadStream } from 'node:fs';
import { type BatchItem, createBatchSplitter } from '#realtime/ingest/hl7/batch.ts';
import { UsageError } from './command-line.ts';

/**
 * Reads a file of HL7 v2 as it comes: one message, many, a batch, with or without MLLP's frame bytes.
 * @throws UsageError when the file cannot be read.
 */
export async function* readHl7File(path: string): AsyncGenerator<BatchItem> {
  const splitter = createBatchSplitter();
  try {
    for await (const chunk of createReadStream(path)) {
      if (Buffer.isBuffer(chunk)) yield* splitter.push(chunk);
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    throw new UsageError(`${path} cannot be read (${code})`);
  }
  yield* splitter.end();
}
