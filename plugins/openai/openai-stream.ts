/** Looks into streams of OpenAI's chat completions: whether each event is one, and whether the reply is complete. */

import { Response } from "undici";
import type { ReplyNotes } from "../ai-sdk/ai-sdk-reply.ts";
import type { Exchange } from "../http/exchange.ts";
import { checkChoice, firstChoice, readMessage } from "./openai-choice.ts";
import { failureOfAnswer, failureOfForm } from "../http/provider-error.ts";
import { readCharge } from "../ai-sdk/raw-usage.ts";
import { ServerSentEvents, type ServerSentItem } from "../http/server-sent-events.ts";
import { findErrorMember, isRecord, parseJson } from "../http/vendor-error.ts";

type UndiciResponse = InstanceType<typeof Response>;

/** How long a server may keep the connection open after its last word. */
const CLOSING_WAIT_MS = 1_000;
/** What comes instead of events is read so far, to say what it is. */
const LONGEST_STRAY = 64 * 1024;

/**
 * The same answer, with a body that fails as soon as something in it is not as it should be, and that ends only where the
 * stream said that it is complete: with a finish reason and `[DONE]`.
 */
export function inspectOpenAIStream(
  response: UndiciResponse,
  exchange: Exchange,
  notes: ReplyNotes,
): UndiciResponse {
  const inspection = new StreamInspection(exchange, notes);
  const { status, statusText, headers } = response;
  const reader = (response.body ?? emptyBody()).getReader();
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await readNext(reader, inspection.isDone);
        const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
        const events = done ? inspection.end(text) : inspection.add(text);
        controller.enqueue(encoder.encode(events));
        if (done) controller.close();
      } catch (error) {
        // First of all, as the first failure counts and hanging up may bring another.
        const failure = exchange.fail(error);
        await reader.cancel().catch(() => {});
        controller.error(failure);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, { status, statusText, headers });
}

function emptyBody(): ReadableStream<Uint8Array> {
  return new ReadableStream({ start: (controller) => controller.close() });
}

type Read = Awaited<ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]>>;

/** After the last word the end should follow at once; where it does not, the reply is complete all the same. */
async function readNext(
  reader: Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel">,
  isDone: boolean,
): Promise<Read> {
  if (!isDone) return reader.read();
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), CLOSING_WAIT_MS);
  try {
    // A read that is cancelled gives the end.
    return await reader.read();
  } finally {
    clearTimeout(timer);
  }
}

class StreamInspection {
  readonly #exchange: Exchange;
  readonly #notes: ReplyNotes;
  readonly #events = new ServerSentEvents();
  #stray = "";
  #isFinished = false;
  #isDone = false;

  constructor(exchange: Exchange, notes: ReplyNotes) {
    this.#exchange = exchange;
    this.#notes = notes;
  }

  /** Whether the stream said that nothing more comes. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Takes text of the stream, and gives the events in it that are good, written anew. */
  add(text: string): string {
    return this.#events
      .push(text)
      .map((item) => this.#inspect(item))
      .join("");
  }

  /** Takes the last text, and says whether the reply is complete. */
  end(text: string): string {
    const events =
      this.add(text) +
      this.#events
        .end()
        .map((item) => this.#inspect(item))
        .join("");
    if (this.#stray !== "") throw this.#failureOfStray();
    if (!this.#isFinished) throw this.#exchange.malformed("the stream ended before the reply did");
    if (!this.#isDone) throw this.#exchange.malformed("the stream ended without its last word");
    return events;
  }

  #inspect(item: ServerSentItem): string {
    if ("stray" in item) {
      this.#stray += this.#stray.length < LONGEST_STRAY ? `${item.stray}\n` : "";
      return "";
    }
    if (item.data.trim() === "[DONE]") {
      this.#isDone = true;
      return "";
    }
    const body = parseJson(item.data);
    if (!isRecord(body)) throw this.#exchange.malformed("an event of the stream is not JSON");
    this.#exchange.addCharge(readCharge(body));
    const isError = item.type === "error" || findErrorMember(body) !== undefined;
    if (isError) throw this.#failureOfEvent(item.data);
    this.#inspectChoice(body);
    return `data: ${item.data.replaceAll("\n", " ")}\n\n`;
  }

  #inspectChoice(body: Readonly<Record<string, unknown>>): void {
    const choice = firstChoice(body);
    if (choice === undefined) {
      const { choices } = body;
      const isList = choices === undefined || (Array.isArray(choices) && choices.length === 0);
      if (!isList) throw this.#exchange.malformed("an event of the stream has no choices");
      return;
    }
    checkChoice(choice, this.#exchange);
    const { delta = {}, finish_reason: finishReason } = choice;
    if (!isRecord(delta)) throw this.#exchange.malformed("an event of the stream has no message");
    const { hasContent } = readMessage(delta, this.#exchange, this.#notes);
    if (hasContent && (this.#isFinished || this.#isDone)) {
      throw this.#exchange.malformed("the stream goes on after its end");
    }
    if (typeof finishReason !== "string") return;
    this.#isFinished = true;
    this.#notes.finishReason = finishReason;
  }

  #failureOfEvent(data: string): Error {
    const { status, headers, charge, reading } = this.#exchange;
    const answer = { status, headers, body: data };
    return failureOfAnswer(answer, reading, { mayBeBilled: true, ...charge });
  }

  /** No events: one answer, or a page of something on the way. */
  #failureOfStray(): Error {
    const { status, headers, reading } = this.#exchange;
    const answer = { status, headers, body: this.#stray };
    const body = parseJson(this.#stray);
    this.#exchange.addCharge(readCharge(body));
    return findErrorMember(body) === undefined
      ? failureOfForm(answer, "is no stream of events", reading)
      : failureOfAnswer(answer, reading);
  }
}
