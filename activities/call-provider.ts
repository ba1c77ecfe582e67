/** Calls one model once and checks that the reply fits. Knows no Temporal, so that a unit test can run graphs with it. */

import { describeProblems, findProblems, toJsonSchema } from "../graph/schema.ts";
import {
  ProviderError,
  type CallContext,
  type ModelReply,
  type Provider,
  type ToolOffer,
} from "../plugins/contract.ts";
import type { AttemptReply, AttemptRequest } from "./contract.ts";
import { costOf, type ModelPrice } from "./price.ts";
import type { Tools } from "./tool.ts";

/** What attempts of this worker can reach. */
export interface ModelAccess {
  readonly providers: ReadonlyMap<string, Provider>;
  /** By `provider/model`. */
  readonly prices: Readonly<Record<string, ModelPrice>>;
  readonly tools: Tools;
}

/** Where a call is made: in an activity, or in a test whose clock runs faster than time. */
export interface CallHost {
  /** Aborted when the run no longer needs the answer; its reason is thrown as it is. */
  readonly cancellation: AbortSignal;
  /** Milliseconds since some moment. */
  now(): number;
  /** Rejects when `signal` is aborted. */
  sleep(durationMs: number, signal: AbortSignal): Promise<void>;
  reportProgress(): void;
}

/**
 * Calls the model of `request`.
 *
 * @throws {ProviderError} of a plugin's, of the deadline, or of a reply that does not fit.
 */
export async function callProvider(
  request: AttemptRequest,
  access: ModelAccess,
  host: CallHost,
): Promise<AttemptReply> {
  const startedAt = host.now();
  const reply = await withDeadline(request.deadlineMs, host, (signal) =>
    generate(request, access, {
      step: request.step,
      call: 1,
      signal,
      reportProgress: () => host.reportProgress(),
      sleep: (durationMs) => host.sleep(durationMs, signal),
    }),
  );
  const { usage, requestId } = reply;
  return {
    ...readReply(reply, request),
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    costNanoUsd: costOf(reply, access.prices[request.model]),
    durationMs: Math.round(host.now() - startedAt),
    requestId,
  };
}

/** A plugin that ignores its signal must not hold the run: the attempt ends with the signal either way. */
async function withDeadline<T>(
  deadlineMs: number,
  host: CallHost,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const finished = new AbortController();
  const deadline = new AbortController();
  const expire = (): void =>
    deadline.abort(new ProviderError("timeout", `no complete answer within ${deadlineMs} ms`));
  // The timer ends either way: it rings, or the call has finished.
  host.sleep(deadlineMs, finished.signal).then(expire, () => {});
  const signal = AbortSignal.any([deadline.signal, host.cancellation]);
  try {
    return await Promise.race([call(signal), rejectOnAbort(signal)]);
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    finished.abort();
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

async function generate(
  request: AttemptRequest,
  { providers, tools }: ModelAccess,
  context: CallContext,
): Promise<ModelReply> {
  const [providerId, model] = splitModel(request.model);
  const provider = providers.get(providerId);
  if (provider === undefined) {
    throw new ProviderError("not_found", `this worker has no provider "${providerId}"`);
  }
  const outputSchema = wantsText(request) ? undefined : request.output;
  const offers = request.tools && request.tools.map((name) => offerTool(name, tools));
  return provider.generate(
    { model, messages: request.messages, outputSchema, tools: offers },
    context,
  );
}

/** The first slash divides: models of gateways have slashes of their own, such as `openrouter/openai/gpt-5`. */
function splitModel(name: string): [provider: string, model: string] {
  const slash = name.indexOf("/");
  return [name.slice(0, slash), name.slice(slash + 1)];
}

function offerTool(name: string, tools: Tools): ToolOffer {
  const tool = tools[name];
  if (tool === undefined) {
    throw new ProviderError("bad_request", `this worker has no tool "${name}"`);
  }
  return { name, description: tool.description, input: toJsonSchema(tool.input) };
}

function wantsText({ output }: AttemptRequest): boolean {
  return output["type"] === "string";
}

function readReply(
  reply: ModelReply,
  request: AttemptRequest,
): Pick<AttemptReply, "value" | "toolCalls"> {
  const { text, toolCalls } = reply;
  if (toolCalls !== undefined && toolCalls.length > 0) {
    checkToolCalls(toolCalls, request);
    return { toolCalls };
  }
  checkComplete(reply);
  const value = wantsText(request) ? text : parseJson(reply);
  const problems = findProblems(request.output, value);
  if (problems.length === 0) return { value };
  throw new ProviderError(
    "invalid_output",
    `the reply does not fit the step's schema: ${describeProblems(problems)}`,
    { requestId: reply.requestId },
  );
}

function checkToolCalls(
  calls: NonNullable<ModelReply["toolCalls"]>,
  { tools = [] }: AttemptRequest,
): void {
  if (calls.every(({ tool }) => tools.includes(tool))) return;
  throw new ProviderError("invalid_output", "the model calls a tool that it was not offered");
}

/** A 200 is not yet an answer: gateways pass on empty, cut and filtered replies as if they were. */
function checkComplete({ text, finishReason, requestId }: ModelReply): void {
  const details = { requestId };
  if (finishReason === "content_filter") {
    const message = "the provider's content filter stopped the reply";
    throw new ProviderError("content_filtered", message, details);
  }
  if (finishReason === "length") {
    const message = "the model's output limit cut the reply short";
    throw new ProviderError("invalid_output", message, details);
  }
  if (text.trim() === "") throw new ProviderError("malformed", "the reply is empty", details);
}

function parseJson({ text, requestId }: ModelReply): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the reply, so it is not passed on.
    throw new ProviderError("invalid_output", "the reply is not JSON", { requestId });
  }
}
