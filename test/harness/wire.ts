/** Sends an answer byte by byte as a test wants it, however wrong that is. Plain data, so that faults are tables. */

import { once } from "node:events";
import type { ServerResponse } from "node:http";

export interface Wire {
  /** Default: 200. Null: nothing is sent, not even a status. */
  readonly status?: number | null;
  /** Default: a body of JSON. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Each part is sent by itself. Default: no body. */
  readonly body?: readonly (string | Uint8Array)[];
  /** Before each part of the body but the first, in milliseconds. Default: 0. */
  readonly pauseMs?: number;
  /** Whether the last part is sent again and again. Default: `false`. */
  readonly isEndless?: boolean;
  /** What follows: the end, nothing at all, a connection that is closed or reset. Default: `"end"`. */
  readonly then?: "end" | "stall" | "close" | "reset";
}

/** Sends an answer. Resolves when nothing more comes of it. */
export async function sendWire(wire: Wire, response: ServerResponse): Promise<void> {
  const { status = 200, headers = { "content-type": "application/json" } } = wire;
  if (status !== null) {
    response.writeHead(status, headers);
    response.flushHeaders();
    await sendBody(wire, response);
  }
  finish(wire.then ?? "end", response);
}

async function sendBody(
  { body = [], pauseMs = 0, isEndless = false }: Wire,
  response: ServerResponse,
): Promise<void> {
  for (const [index, part] of body.entries()) {
    if (index > 0) await pause(pauseMs, response);
    await write(part, response);
  }
  if (!isEndless) return;
  const last = body.at(-1) ?? "";
  while (!response.destroyed) {
    await pause(pauseMs, response);
    await write(last, response);
  }
}

/** Ends early when the other side hangs up. */
async function pause(durationMs: number, response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const ended = new AbortController();
  const hungUp = once(response, "close", { signal: ended.signal }).catch(() => {});
  const timer = new Promise((resolve) => void setTimeout(resolve, durationMs).unref());
  await Promise.race([hungUp, timer]);
  ended.abort();
}

async function write(part: string | Uint8Array, response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  await new Promise<void>((resolve) => {
    response.write(part, () => resolve());
  });
}

function finish(then: NonNullable<Wire["then"]>, response: ServerResponse): void {
  switch (then) {
    case "end":
      response.end();
      return;
    case "close":
      response.destroy();
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "stall":
      return;
  }
}
