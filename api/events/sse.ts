/** Server-sent events as text. */

import type { RunEvent } from "../../client/run-event.ts";

/** How a browser is to wait before it connects again. */
const RETRY_MS = 2_000;

/** What a stream begins with. */
export const STREAM_HEAD = `retry: ${RETRY_MS}\n\n`;

/** A comment: keeps proxies from closing a connection on which nothing happens, and finds out whether somebody is there. */
export const HEARTBEAT = ":\n\n";

/** JSON has no line breaks of its own. */
export function toFrame(event: RunEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
