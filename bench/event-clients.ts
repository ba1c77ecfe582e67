/**
 * Many clients of event streams, in a process of their own: what they cost is not to count for the server. Told by IPC which
 * streams to open; tells when all are open, and how long after its event each heard of a decision.
 */

import { get } from "node:http";

/** From the parent. */
export interface OpenStreams {
  readonly urls: readonly string[];
}

/** To the parent: `delaysMs` once all have heard. */
export type ClientsReport = { readonly open: number } | { readonly delaysMs: readonly number[] };

process.once("message", ({ urls }: OpenStreams) => {
  let open = 0;
  const delaysMs: number[] = [];
  for (const url of urls) {
    watch(url, {
      opened: () => ++open === urls.length && report({ open }),
      decided: (delayMs) => delaysMs.push(delayMs) === urls.length && report({ delaysMs }),
    });
  }
});

interface Listener {
  opened(): unknown;
  decided(delayMs: number): unknown;
}

/** `opened` is called when the run is known to wait. */
function watch(url: string, { opened, decided }: Listener): void {
  get(url, { agent: false }, (answer) => {
    let text = "";
    answer.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const at = /"at":"([^"]+)"/.exec(block)?.[1] ?? "";
        if (block.includes("\nevent: step.waiting\n")) opened();
        if (block.includes("\nevent: step.decided\n")) decided(Date.now() - Date.parse(at));
      }
    });
  });
}

function report(message: ClientsReport): void {
  process.send?.(message);
}
