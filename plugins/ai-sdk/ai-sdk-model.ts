/** Calls a language model of the AI SDK, of whichever version, once: below `generateText`, which would retry. */

import { writeCall, type CallWriting } from "./ai-sdk-call.ts";
import { readReply, type AiSdkReply, type ReplyNotes } from "./ai-sdk-reply.ts";
import type { AiSdkModel, AiSdkPart } from "./ai-sdk-types.ts";
import type { ModelReply, ModelRequest, StreamPart } from "../contract.ts";
import type { Exchange } from "../http/exchange.ts";
import { failureOfErrorPart } from "./sdk-failure.ts";
import { isRecord } from "../http/vendor-error.ts";

/** One call of one model. */
export interface AiSdkModelCall {
  /** Made when the call is: an SDK may refuse the model's name. */
  readonly model: () => AiSdkModel;
  readonly request: ModelRequest;
  readonly exchange: Exchange;
  /** What is seen in the answer itself is written here while it comes. Default: nothing is. */
  readonly notes?: ReplyNotes;
  readonly optionNames?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The whole reply at once.
 *
 * @throws {ProviderError}
 */
export async function generateWithSdk(call: AiSdkModelCall): Promise<ModelReply> {
  const { exchange, notes = {} } = call;
  try {
    const result = await start(call, "doGenerate");
    const { content, finishReason, usage, response } = result;
    const parts = Array.isArray(content) ? content.filter(isPart) : [];
    const reply = { content: parts, finishReason, usage, response: readRecord(response) };
    return readReply(reply, exchange, notes);
  } catch (error) {
    throw exchange.fail(error);
  }
}

/**
 * The reply as it is written.
 *
 * @throws {ProviderError} also when the stream ends without the vendor's word that the reply is complete.
 */
export async function* streamWithSdk(call: AiSdkModelCall): AsyncGenerator<StreamPart> {
  const { exchange, notes = {} } = call;
  let reader: ReadableStreamDefaultReader<unknown> | undefined;
  try {
    const { stream, response } = await start(call, "doStream");
    reader = readerOf(stream, exchange);
    const gathered = new GatheredReply(readRecord(response));
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- One part after the other.
      const { done, value } = await reader.read();
      if (done) break;
      exchange.reach("receiving");
      const text = isPart(value) ? gathered.add(value, exchange) : "";
      if (text !== "") yield { text };
    }
    yield { reply: gathered.finish(exchange, notes) };
  } catch (error) {
    throw exchange.fail(error);
  } finally {
    // Hangs up where the caller left early; otherwise nothing is left to cancel.
    await reader?.cancel().catch(() => {});
  }
}

async function start(
  { model, request, exchange, optionNames, headers }: AiSdkModelCall,
  method: "doGenerate" | "doStream",
): Promise<Readonly<Record<string, unknown>>> {
  const { signal } = exchange;
  // A provider that ignores its signal must not spend money on a call that nobody waits for.
  if (signal.aborted) throw exchange.fail(signal.reason);
  const target = model();
  const writing: CallWriting = {
    version: target.specificationVersion,
    signal,
    optionNames,
    headers,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Each version has a type of its own for it.
  return readRecord(await target[method](writeCall(request, writing) as never));
}

/** Puts a streamed reply together. */
class GatheredReply {
  readonly #content: AiSdkPart[] = [];
  #response: AiSdkReply["response"];
  #end: AiSdkPart | undefined;

  constructor(response: AiSdkReply["response"]) {
    this.#response = response;
  }

  /** Takes the next part, and gives the text that is in it. */
  add(part: AiSdkPart, exchange: Exchange): string {
    switch (part.type) {
      case "text-delta":
        return this.#addText(part);
      case "tool-call":
        this.#content.push(part);
        return "";
      case "response-metadata": {
        const { id = this.#response.id, modelId = this.#response.modelId } = part;
        this.#response = { ...this.#response, id, modelId };
        return "";
      }
      case "error":
        throw failureOfErrorPart(part.error, exchange.reading);
      case "finish":
        this.#end = part;
        return "";
      default:
        return "";
    }
  }

  finish(exchange: Exchange, notes: ReplyNotes): ModelReply {
    const { finishReason, usage } = this.#end ?? {};
    const reply = { content: this.#content, finishReason, usage, response: this.#response };
    const read = readReply(reply, exchange, notes);
    if (read.finishReason !== "unknown") return read;
    throw exchange.malformed("the stream ended without saying that the reply is complete");
  }

  #addText({ delta }: AiSdkPart): string {
    const text = typeof delta === "string" ? delta : "";
    this.#content.push({ type: "text", text });
    return text;
  }
}

function readerOf(stream: unknown, exchange: Exchange): ReadableStreamDefaultReader<unknown> {
  // Another realm's streams are no instances of this one's class.
  if (isRecord(stream) && typeof stream["getReader"] === "function") {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Told by its method.
    return (stream as unknown as ReadableStream<unknown>).getReader();
  }
  throw exchange.malformed("the AI SDK gave no stream");
}

function isPart(value: unknown): value is AiSdkPart {
  return isRecord(value) && typeof value["type"] === "string";
}

function readRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}
