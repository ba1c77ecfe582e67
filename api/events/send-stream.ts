/** Writes a stream of events to one response, no faster than whoever reads it. */

import type { ServerResponse } from "node:http";
import { HEARTBEAT, STREAM_HEAD } from "./sse.ts";

export interface StreamTimes {
  /** Between heartbeats. Default: 15 s. */
  readonly heartbeatMs?: number;
  /** How long a client may take nothing of what waits for it, before it is cut off. Default: 60 s. */
  readonly stallMs?: number;
}

/**
 * Resolves when the stream has ended, or its client has gone.
 *
 * @param texts - is asked for more only when the client has taken what came before.
 */
export async function sendStream(
  response: ServerResponse,
  texts: AsyncIterable<string>,
  { heartbeatMs = 15_000, stallMs = 60_000 }: StreamTimes,
): Promise<void> {
  response.flushHeaders();
  const heartbeat = setInterval(() => {
    // To one that is behind it would only be more to hold; and it shows otherwise whether that one is there.
    if (!response.writableNeedDrain) response.write(HEARTBEAT);
  }, heartbeatMs);
  try {
    response.write(STREAM_HEAD);
    await writeTexts(response, texts, stallMs);
  } finally {
    clearInterval(heartbeat);
    response.end();
  }
}

/**
 * Writes texts as fast as they are taken. Stops when whoever reads has gone.
 *
 * @param stallMs - how long nothing may be taken of what waits.
 */
export async function writeTexts(
  response: ServerResponse,
  texts: AsyncIterable<string>,
  stallMs: number,
): Promise<void> {
  for await (const text of texts) {
    if (response.destroyed) return;
    if (text !== "" && !response.write(text)) await drained(response, stallMs);
  }
}

/** One that takes nothing for too long is cut off: it can go on where it was with another connection. */
function drained(response: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(stalled);
      response.off("drain", end).off("close", end);
      resolve();
    };
    const stalled = setTimeout(() => response.destroy(), stallMs);
    response.on("drain", end).on("close", end);
    if (response.destroyed) end();
  });
}
