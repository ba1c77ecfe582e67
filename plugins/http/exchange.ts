/** What is known of one call over HTTP while it is under way, and how it failed: the first failure counts. */

import { Response, type Headers } from "undici";
import { ProviderError, type CallStage } from "../contract.ts";
import { failureOfForeignNetwork, failureOfNetwork } from "./network-failure.ts";
import { failureOfAnswer, malformed, type ErrorReading } from "./provider-error.ts";
import type { Charge } from "../ai-sdk/raw-usage.ts";
import { failureOfSdkError } from "../ai-sdk/sdk-failure.ts";
import { HttpSpan } from "./http-span.ts";
import { isRecord } from "./vendor-error.ts";

/** More than any reply has: an answer without end must not fill the memory. */
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;
const LARGEST_ERROR_BYTES = 64 * 1024;
/** The status is known: a body that does not come adds nothing to it. */
const ERROR_BODY_WAIT_MS = 1_000;

export class Exchange {
  readonly signal: AbortSignal;
  readonly reading: ErrorReading;
  readonly #report: (stage: CallStage) => void;
  #stage: CallStage | undefined;
  #url = "";
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #charge: Charge = {};
  #span: HttpSpan | undefined;
  #failure: ProviderError | undefined;

  constructor(signal: AbortSignal, reading: ErrorReading, report: (stage: CallStage) => void) {
    this.signal = signal;
    this.reading = reading;
    this.#report = report;
  }

  /** The status of the answer; 0 before it came. */
  get status(): number {
    return this.#status;
  }

  /** The headers of the answer, names in lower case. */
  get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  /** What the answer said so far that the call costs. */
  get charge(): Charge {
    return this.#charge;
  }

  /** Counts what an answer says that it costs, for the case that it fails all the same. */
  addCharge(charge: Charge): void {
    this.#charge = { ...this.#charge, ...charge };
  }

  /** A request is about to be made. */
  begin(url: string, method: string): void {
    this.#url = url;
    // Another address stands in for one that could not be reached.
    this.#span?.end("unavailable");
    this.#span = new HttpSpan(url, method);
    this.reach("connecting");
  }

  /** The call is alive, and this far. */
  reach(stage: CallStage): void {
    this.#stage = stage;
    this.#report(stage);
  }

  /** Whether nobody can have seen the request yet, so that another address may be asked. */
  canGoElsewhere(error: unknown): boolean {
    return (
      this.#stage === "connecting" && !this.signal.aborted && !(error instanceof ProviderError)
    );
  }

  /**
   * Lets a success through, with a body that fails as a {@link ProviderError}.
   *
   * @throws {ProviderError} for every other answer.
   */
  async accept(response: Response): Promise<Response> {
    this.#status = response.status;
    this.#headers = toRecord(response.headers);
    this.#span?.sawStatus(response.status);
    if (response.ok) return this.guard(response);
    const body = await readErrorBody(response);
    const answer = { status: response.status, headers: this.#headers, body };
    throw failureOfAnswer(answer, this.reading);
  }

  /** The same answer with another body, which fails as a {@link ProviderError}. */
  guard(response: Response, source = response.body): Response {
    const span = this.#span;
    if (source === null) {
      span?.end();
      return response;
    }
    const reader = source.getReader();
    let size = 0;
    let isGivenUp = false;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          // Its controller is closed by then: to close it once more would throw, and count as the failure of the call.
          if (isGivenUp) return;
          if (done) {
            span?.end();
            return controller.close();
          }
          size += value.byteLength;
          if (size > LARGEST_BODY_BYTES) throw this.malformed("the answer has no end");
          controller.enqueue(value);
        } catch (error) {
          await reader.cancel().catch(() => {});
          controller.error(this.fail(error));
        }
      },
      cancel(reason) {
        isGivenUp = true;
        span?.end();
        return reader.cancel(reason);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  }

  /** A failure of this answer's form, with what it cost. */
  malformed(message: string): ProviderError {
    return malformed(message, this, this.#charge);
  }

  /** What the call failed with, once something failed: the first failure, or the reason for which it was aborted. */
  fail(error: unknown): ProviderError {
    this.#failure ??= this.#withCharge(this.#read(error));
    this.#span?.end(this.#failure.kind);
    return this.#failure;
  }

  #read(error: unknown): ProviderError {
    if (this.signal.aborted) return this.#readAbort();
    if (error instanceof ProviderError) return error;
    const known = failureOfSdkError(error, this.reading);
    if (known !== undefined) return known;
    if (this.#status !== 0) return malformed("the answer is not what the API promises", this);
    const origin = originOf(this.#url);
    if (this.#stage !== undefined) return failureOfNetwork(error, { stage: this.#stage, origin });
    return failureOfForeignNetwork(error, origin) ?? failureOfForeignCode(error);
  }

  /** A reason that is not the host's own is not passed on: it may be anything. */
  #readAbort(): ProviderError {
    const reason: unknown = this.signal.reason;
    if (reason instanceof ProviderError) return reason;
    const mayBeBilled = this.#stage === "waiting" || this.#stage === "receiving";
    return isRecord(reason) && reason["name"] === "TimeoutError"
      ? new ProviderError("timeout", "no complete answer before the deadline", { mayBeBilled })
      : new ProviderError("cancelled", "the call was cancelled", { mayBeBilled });
  }

  #withCharge({ kind, message, details }: ProviderError): ProviderError {
    return new ProviderError(kind, message, { ...this.#charge, ...details });
  }
}

/** A provider with connections of its own threw something that is none of the SDK's errors: it may hold anything. */
function failureOfForeignCode(error: unknown): ProviderError {
  const name = error instanceof Error ? error.name : typeof error;
  const message = `the AI SDK provider threw "${name}"`;
  return new ProviderError("unavailable", message, { mayBeBilled: true });
}

/** Without a path: a base URL may hold the name of an account. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "the provider";
}

function toRecord(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(headers.entries());
}

async function readErrorBody({ body }: Response): Promise<string> {
  if (body === null) return "";
  const reader = body.getReader();
  const timer = setTimeout(() => void reader.cancel().catch(() => {}), ERROR_BODY_WAIT_MS);
  const decoder = new TextDecoder();
  let text = "";
  try {
    while (text.length < LARGEST_ERROR_BYTES) {
      // oxlint-disable-next-line no-await-in-loop -- One chunk after the other.
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // The status says what matters; what came of the body is shown.
  } finally {
    clearTimeout(timer);
    await reader.cancel().catch(() => {});
  }
  return text.slice(0, LARGEST_ERROR_BYTES);
}
