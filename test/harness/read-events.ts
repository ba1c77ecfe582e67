/** Reads server-sent events, as a browser would. */

import type { RunEvent } from "../../client/run-event.ts";

export interface Stream {
  readonly status: number;
  readonly headers: Headers;
  /** Ends with the answer, or when the stream is closed. */
  readonly events: AsyncIterable<RunEvent>;
  /** Hangs up. */
  close(): void;
}

export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Stream> {
  const hangUp = new AbortController();
  const answer = await fetch(url, { headers, signal: hangUp.signal });
  return {
    status: answer.status,
    headers: answer.headers,
    events: readEvents(answer),
    close: () => hangUp.abort(),
  };
}

async function* readEvents({ body }: Response): AsyncGenerator<RunEvent> {
  if (body === null) return;
  let text = "";
  for await (const part of body.pipeThrough(new TextDecoderStream())) {
    text += part;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = parse(text.slice(0, end));
      text = text.slice(end + 2);
      if (event) yield event;
    }
  }
}

/** `undefined`: a comment, or the time to wait before the next try. */
function parse(block: string): RunEvent | undefined {
  const [, id, type, data] = /^id: (.+)\nevent: (.+)\ndata: (.+)$/.exec(block) ?? [];
  if (data === undefined) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What the tests are about.
  const event = JSON.parse(data) as RunEvent;
  if (event.id !== id || event.type !== type) throw new Error(`Not what it says it is: ${block}`);
  return event;
}
