/*
 * WebSocket messages of a server, read where they stand: no copy, no text, no object for each. What reads half a million a
 * second must not cost more than what sends them.
 */

/**
 * Cuts what comes in pieces into messages. Raises where a message is sent in fragments: none of the servers here does.
 * @param {(opcode: number, bytes: Buffer, start: number, end: number) => void} onMessage the bytes are good until it returns
 * @returns {(chunk: Buffer, length: number) => void} takes the first `length` bytes of a chunk, which may be used again afterwards
 */
export function createByteReader(onMessage) {
  /** @type {Buffer | undefined} the beginning of a message whose end has not come */
  let kept;
  return (chunk, length) => {
    let bytes = chunk;
    let end = length;
    if (kept !== undefined) {
      bytes = Buffer.concat([kept, chunk.subarray(0, length)]);
      end = bytes.length;
    }
    const read = takeMessages(bytes, end, onMessage);
    kept = read < end ? Buffer.from(bytes.subarray(read, end)) : undefined;
  };
}

/** Gives how many bytes were whole messages. */
function takeMessages(bytes, end, onMessage) {
  let at = 0;
  while (end - at >= 2) {
    const first = bytes[at];
    let size = bytes[at + 1] & 0x7f;
    let start = at + 2;
    if (size === 126) {
      if (end - at < 4) break;
      size = (bytes[at + 2] << 8) | bytes[at + 3];
      start = at + 4;
    } else if (size === 127) {
      if (end - at < 10) break;
      size = Number(bytes.readBigUInt64BE(at + 2));
      start = at + 10;
    }
    if (end - start < size) break;
    if ((first & 0x80) === 0) throw new Error('a message in fragments');
    onMessage(first & 0x0f, bytes, start, start + size);
    at = start + size;
  }
  return at;
}

const eventHead = Buffer.from('42["event",{"topic":"');
const betweenTopicAndEpoch = '","epoch":"'.length;
const betweenEpochAndSeq = '","seq":'.length;

/** Whether a message is an event of a topic, by its first bytes. */
export function isEvent(bytes, start, end) {
  // 42["event" against 42["heads", 42["rights" and acknowledgements, which begin with 43.
  return (
    end - start > 40 && bytes[start + 1] === 0x32 && bytes[start + 4] === 0x65 && bytes[start + 5] === 0x76
  );
}

/**
 * Which of some topics an event is of; -1 where it is of none.
 * @param {readonly Buffer[]} topics
 */
export function topicOf(topics, bytes, start) {
  const from = start + eventHead.length;
  for (let index = 0; index < topics.length; index += 1) {
    const topic = topics[index];
    let at = 0;
    // One may be the beginning of another: the closing quote decides.
    while (at < topic.length && bytes[from + at] === topic[at]) at += 1;
    if (at === topic.length && bytes[from + at] === 0x22) return index;
  }
  return -1;
}

/**
 * The seq of an event whose topic and epoch are known by their length; NaN where it does not stand at its place.
 * @param {number} topicLength
 * @param {number} epochLength
 */
export function seqOf(bytes, start, topicLength, epochLength) {
  let at = start + eventHead.length + topicLength + betweenTopicAndEpoch + epochLength + betweenEpochAndSeq;
  if (bytes[at - 1] !== 0x3a) return Number.NaN;
  let seq = 0;
  let digit = bytes[at] - 0x30;
  if (digit < 0 || digit > 9) return Number.NaN;
  while (digit >= 0 && digit <= 9) {
    seq = seq * 10 + digit;
    at += 1;
    digit = bytes[at] - 0x30;
  }
  return seq;
}
