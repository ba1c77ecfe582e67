/** Reads the lines of a segment, as a stream, so that a trail of any length needs little memory. */

import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";

export interface Line {
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

export interface LineRange {
  readonly from?: number;
  /** Bytes from here on are not looked at. Default: none are. */
  readonly to?: number;
}

/** Without what is behind the last line break. */
export async function* readLines(
  path: string,
  { from = 0, to }: LineRange = {},
): AsyncIterable<Line> {
  if (to !== undefined && to <= from) return;
  const range = { start: from, ...(to !== undefined && { end: to - 1 }) };
  let rest: Buffer = Buffer.alloc(0);
  let at = from;
  for await (const chunk of createReadStream(path, { ...range, highWaterMark: 262_144 })) {
    const bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let begin = 0;
    for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, begin)) {
      yield { text: bytes.toString("utf8", begin, end), at };
      at += end + 1 - begin;
      begin = end + 1;
    }
    rest = bytes.subarray(begin);
  }
}

/** Cuts off what is behind a place, and brings that to the disk. */
export async function cutOff(path: string, bytes: number): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.truncate(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** From a place on. The file is made where there is none. */
export async function writeAt(
  path: string,
  content: Buffer,
  {
    at,
    isNew,
    isFlushed,
  }: { readonly at: number; readonly isNew: boolean; readonly isFlushed: boolean },
): Promise<void> {
  const file = await open(path, isNew ? "w" : "r+", 0o600);
  try {
    for (let done = 0; done < content.length;) {
      // oxlint-disable-next-line no-await-in-loop -- A disk that is nearly full takes a part of it.
      done += (await file.write(content, done, content.length - done, at + done)).bytesWritten;
    }
    if (isFlushed) await file.datasync();
  } finally {
    await file.close();
  }
}
