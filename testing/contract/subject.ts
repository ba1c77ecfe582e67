/** One provider under test, alone with a server of its own, and what may be asked of it. */

import { AssertionError } from "node:assert";
import { setTimeout as delay } from "node:timers/promises";
import {
  ProviderError,
  type CallContext,
  type CallStage,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
} from "../../plugins/contract.ts";
import type { ScriptedReply, VendorFake, WireRequest } from "../vendor-fake.ts";
import {
  startWireServer,
  type NoAnswer,
  type ServedAnswer,
  type WireServer,
} from "./wire-server.ts";

/** What the kit is to check. */
export interface ProviderContractOptions {
  /** Makes the provider, as its users do, but with this base URL and key. Called anew for each check. */
  readonly provider: (connection: Connection) => Provider;
  /** The vendor's wire format. */
  readonly fake: VendorFake;
}

export interface Connection {
  /** Such as `"http://127.0.0.1:41234/v1"`: the server's origin and the fake's `basePath`. */
  readonly baseURL: string;
  readonly apiKey: string;
}

/** What no error may show, wherever it is looked for. */
export const CANARIES = {
  key: "sk-canary-key-5b1f",
  prompt: "canary prompt 93c2",
  reply: "canary reply e07d",
} as const;

/** Within so long of its signal a call must be over, and a socket closed: in milliseconds. */
const PROMPT_MS = 1_000;
/** A call that takes longer than this, against a server that answers at once, hangs. */
const PATIENCE_MS = 15_000;

export interface Subject {
  readonly provider: Provider;
  readonly server: WireServer;
  /** Closes the provider, once however often it is called: that is what the host promises a provider. */
  readonly close: () => Promise<void>;
}

/** Starts a server and a provider, and ends both afterwards. What the fake says of a request wins over what comes of it. */
export async function withSubject<T>(
  { provider: makeProvider, fake }: ProviderContractOptions,
  answer: (request: WireRequest) => ServedAnswer | NoAnswer,
  use: (subject: Subject) => Promise<T>,
): Promise<T> {
  const faults: unknown[] = [];
  const server = await startWireServer((request) => {
    try {
      return answer(request);
    } catch (error) {
      faults.push(error);
      return { silent: "reset" };
    }
  });
  const provider = makeProvider(connectionTo(server.origin, fake));
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => (closed ??= Promise.resolve(provider.close?.()));
  try {
    return await use({ provider, server, close });
  } catch (error) {
    throw faults.length === 0 ? error : notTaken(faults[0]);
  } finally {
    await close();
    await server.stop();
  }
}

function notTaken(fault: unknown): AssertionError {
  if (fault instanceof AssertionError) return fault;
  return new AssertionError({ message: `The fake would not take a request: ${String(fault)}` });
}

/** How to reach a server that has `origin`. */
export function connectionTo(origin: string, { basePath = "" }: VendorFake): Connection {
  return { baseURL: `${origin}${basePath}`, apiKey: CANARIES.key };
}

/** A request that any provider can take. */
export function requestTo(fake: VendorFake, members: Partial<ModelRequest> = {}): ModelRequest {
  return { model: fake.model, messages: [{ role: "user", content: CANARIES.prompt }], ...members };
}

/** A whole answer in two pieces, with every count a vendor may give. */
export const REPLY: ScriptedReply = {
  text: ["Hello, ", "world"],
  finishReason: "stop",
  usage: { inputTokens: 1_200, cachedInputTokens: 1_000, outputTokens: 300, reasoningTokens: 200 },
  requestId: "request-5d8e",
};

/** The same, with a text that no error may show. */
export const SECRET_REPLY: ScriptedReply = { ...REPLY, text: [CANARIES.reply, CANARIES.reply] };

/** What the host would lend a call. */
export function createContext(
  signal: AbortSignal = new AbortController().signal,
  stages: CallStage[] = [],
): CallContext {
  return {
    step: "contract",
    call: 1,
    idempotencyKey: "0".repeat(64),
    signal,
    reportProgress: (stage) => {
      if (stage !== undefined) stages.push(stage);
    },
    sleep: (durationMs) => delay(durationMs, undefined, { signal }),
  };
}

/** The reply to one request. */
export function generate(
  { provider }: Subject,
  request: ModelRequest,
  signal?: AbortSignal,
): Promise<ModelReply> {
  return within(PATIENCE_MS, provider.generate(request, createContext(signal)), "generate()");
}

/** All that a stream brought: pieces of text, and the reply if it came to that. */
export interface Streamed {
  readonly pieces: readonly string[];
  readonly replies: readonly ModelReply[];
  /** Whether a piece of text came after the reply. */
  readonly isOutOfOrder: boolean;
}

/** Reads a stream to its end. */
export async function readStream(subject: Subject, request: ModelRequest): Promise<Streamed> {
  return within(PATIENCE_MS, drain(subject, request), "stream()");
}

async function drain({ provider }: Subject, request: ModelRequest): Promise<Streamed> {
  const pieces: string[] = [];
  const replies: ModelReply[] = [];
  let isOutOfOrder = false;
  for await (const part of openStream(provider, request, createContext())) {
    if ("reply" in part) replies.push(part.reply);
    else pieces.push(part.text);
    if ("text" in part && replies.length > 0) isOutOfOrder = true;
  }
  return { pieces, replies, isOutOfOrder };
}

/** The provider's stream, which the fake claims it has. */
export function openStream(
  provider: Provider,
  request: ModelRequest,
  context: CallContext,
): AsyncIterableIterator<StreamPart> {
  if (provider.stream !== undefined) return iterate(provider.stream(request, context));
  throw new AssertionError({
    message:
      'The provider has no stream(): declare "streaming" as notExpressible, with the reason.',
  });
}

async function* iterate(parts: AsyncIterable<StreamPart>): AsyncIterableIterator<StreamPart> {
  yield* parts;
}

/** Reads a stream to its end, for the sake of how it ends. */
export async function exhaust(parts: AsyncIterator<unknown>): Promise<void> {
  while ((await parts.next()).done !== true);
}

/** What `promise` is rejected with: a ProviderError, or the check fails. */
export async function failureOf(promise: Promise<unknown>): Promise<ProviderError> {
  const outcome = await promise.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!("error" in outcome))
    throw new AssertionError({ message: "A failed call is taken for a reply." });
  const { error } = outcome;
  if (error instanceof ProviderError) return error;
  if (error instanceof AssertionError) throw error;
  throw new AssertionError({
    message: `A failed call rejects with ${describe(error)}, not with a ProviderError.`,
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? `a ${error.name} ("${error.message}")` : typeof error;
}

/** Fails the check when `promise` is not settled soon, as the contract asks after an abort or a close. */
export function promptly<T>(promise: Promise<T>, what: string): Promise<T> {
  return within(PROMPT_MS, promise, what);
}

async function within<T>(durationMs: number, promise: Promise<T>, what: string): Promise<T> {
  const timer = new AbortController();
  const late = delay(durationMs, undefined, { signal: timer.signal }).then(() => {
    throw new AssertionError({ message: `${what} is not over after ${durationMs} ms.` });
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    timer.abort();
    // The race is decided: nobody else waits for the timer.
    late.catch(() => {});
  }
}
