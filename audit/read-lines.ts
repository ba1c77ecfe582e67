/** Parts bytes into lines, and says which of them are not as they were written. */

import { isUtf8 } from "node:buffer";

export interface Line {
  readonly text: string;
  /** It is UTF-8, of a bearable length, and ends in a newline. */
  readonly isWhole: boolean;
}

const NEWLINE = 0x0a;
/** A record is a few kilobytes: what is longer is no line of a trail, and is not to fill the memory. */
const LONGEST = 16 * 1024 * 1024;

export async function* readLines(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Line, void> {
  let begun: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      const part = chunk.subarray(from, to);
      yield decode([...begun, part], length + part.length, true);
      [begun, length, from] = [[], 0, to + 1];
    }
    const rest = chunk.subarray(from);
    length += rest.length;
    if (rest.length > 0 && length <= LONGEST) begun.push(rest);
  }
  if (length > 0) yield decode(begun, length, false);
}

function decode(parts: readonly Uint8Array[], length: number, isEnded: boolean): Line {
  if (length > LONGEST) return { text: "", isWhole: false };
  const [only] = parts;
  const bytes = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  return { text, isWhole: isEnded && isUtf8(bytes) };
}
