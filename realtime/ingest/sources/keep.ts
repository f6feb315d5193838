import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { CommandRunner } from '#db/command-runner.ts';
import { codesSchema, type Fault } from '#domain/feeds/schema.ts';
import { instantOf } from '#domain/instant.ts';
import { commandIdOf } from '../hl7/command-id.ts';
import { parseMessage } from '../hl7/message.ts';
import type { KeepMessage } from '../hl7/quarantine.ts';
import { position, type Refusal } from '../hl7/refusal.ts';
import type { Hl7Source } from '../hl7/sources.ts';

const longestControlId = 199;

/**
 * Gives what keeps messages that cannot be applied: sealed, and listed with their reason, in one transaction. Rejects
 * where that did not commit, also because too much of the source waits already.
 */
export function createKeep(
  commands: CommandRunner,
  onRefused: (source: string, code: string) => void,
): KeepMessage {
  return async ({ source, controlId, trigger, bytes, refusal, receivedAt }) => {
    const named = controlId.length <= longestControlId ? controlId : '';
    const outcome = await commands.run(
      {
        principal: { kind: 'feed', id: source.id, org: source.org, name: source.application },
        session: undefined,
      },
      {
        id: uuidv7(),
        type: 'quarantine.keep',
        data: {
          feed: source.id,
          entry: randomUUID(),
          controlId: named,
          ...(trigger === undefined ? {} : { trigger }),
          receivedAt: instantOf(receivedAt),
          ...(named === '' ? {} : { command: commandIdOf(source.id, named) }),
          fault: faultOf(refusal, bytes, source),
          message: bytes.toString('base64'),
        },
      },
    );
    if (outcome.ok) return;
    onRefused(source.id, outcome.error.code);
    throw new Error(`a message was not kept: ${outcome.error.code}`);
  };
}

/** Why a message was refused, as people are told; with the codes that name no bed, where that is why. */
export function faultOf(refusal: Refusal, bytes: Buffer, source: Hl7Source): Fault {
  const location = unresolved(refusal, bytes, source);
  return {
    code: refusal.code,
    text: refusal.text.slice(0, 300),
    ...(refusal.location === undefined ? {} : { position: position(refusal.location) }),
    ...(location === undefined ? {} : { location }),
  };
}

/** The codes of a place that is no bed of ours, as they stand in the message. */
function unresolved({ code, location }: Refusal, bytes: Buffer, source: Hl7Source): Fault['location'] {
  if (code !== '204' || location?.field === undefined) return undefined;
  const parsed = parseMessage(bytes);
  if (!parsed.ok) return undefined;
  const { segment, field } = location;
  const component = (index: number) => parsed.value.value(segment, field, { component: index });
  return codesSchema.safeParse({
    pointOfCare: component(1),
    room: component(2),
    bed: component(3),
    facility: component(4) || source.facilityCode,
  }).data;
}
