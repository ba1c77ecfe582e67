/** Lets the body of a stream pass, and looks at it on its way. */

import type { Exchange } from "./exchange.ts";
import type { Inspection } from "./inspect-answer.ts";

type Answer = Parameters<Inspection>[0];

/** As long as what is looked for may get: it may be cut in two by the pieces that a stream comes in. */
const LONGEST_MATCH = 200;

/** The same answer; `see` is given what `pattern` finds in it, in Latin-1. */
export function watchBody(
  response: Answer,
  exchange: Exchange,
  { pattern, see }: { readonly pattern: RegExp; readonly see: (match: RegExpExecArray) => void },
): Answer {
  let tail = "";
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const text = tail + Buffer.from(chunk).toString("latin1");
      tail = text.slice(-LONGEST_MATCH);
      const match = pattern.exec(text);
      if (match !== null) see(match);
      controller.enqueue(chunk);
    },
  });
  const { body } = response;
  return body === null ? response : exchange.guard(response, body.pipeThrough(watch));
}
