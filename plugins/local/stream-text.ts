/** Makes a stream of a call that tells of its text as it writes it. */

import { ProviderError, type CallContext, type ModelReply, type StreamPart } from "../contract.ts";

/** Hands on text as it comes, then the reply. A reader that leaves early ends the call. */
export async function* streamText(
  context: CallContext,
  generate: (context: CallContext, onText: (text: string) => void) => Promise<ModelReply>,
): AsyncIterable<StreamPart> {
  const left = new AbortController();
  const signal = AbortSignal.any([context.signal, left.signal]);
  const texts = new TextQueue();
  const reply = generate({ ...context, signal }, (text) => texts.add(text));
  const end = (): void => texts.end();
  reply.then(end, end);
  try {
    for (let text = await texts.next(); text !== ""; text = await texts.next()) yield { text };
    yield { reply: await reply };
  } finally {
    left.abort(new ProviderError("cancelled", "nobody reads the stream any more"));
  }
}

/** Text that was written and not yet read. */
class TextQueue {
  #text = "";
  #isEnded = false;
  #wake: (() => void) | undefined;

  add(text: string): void {
    this.#text += text;
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  /** All that was added since the last time, once there is something; `""` at the end. */
  async next(): Promise<string> {
    if (this.#text === "" && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const text = this.#text;
    this.#text = "";
    return text;
  }
}
