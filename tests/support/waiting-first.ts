import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that mostly wait, for a time that the product promises: they begin first, so that the others run beside them. */
const waiting = ['realtime/token-expiry.test.ts', 'realtime/engine/engine-patience.test.ts'];

/** The order of the files: as ever, but for those that wait. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waits = ({ moduleId }: TestSpecification): boolean =>
      waiting.some((file) => moduleId.endsWith(file));
    return [...sorted.filter(waits), ...sorted.filter((file) => !waits(file))];
  }
}
