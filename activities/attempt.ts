/** One attempt: calls one model once and checks that the reply fits the step. */

import { activityInfo, CancelledFailure, Context, heartbeat } from "@temporalio/activity";
import { describeProblems, findProblems } from "../graph/schema.ts";
import {
  ProviderError,
  type CallContext,
  type Message,
  type ModelReply,
  type Provider,
} from "../plugins/contract.ts";
import type { AttemptReply, AttemptRequest } from "./contract.ts";
import { costOf, type ModelPrice } from "./price.ts";
import { toFailure } from "./to-failure.ts";

/** What attempts of this worker can reach. */
export interface ModelAccess {
  readonly providers: ReadonlyMap<string, Provider>;
  /** By `provider/model`. */
  readonly prices: Readonly<Record<string, ModelPrice>>;
}

/** Also how soon a call learns that its run was cancelled: Temporal says so in the answer to a heartbeat. */
const HEARTBEAT_MS = 1_000;

/** Calls the model of `request`. Rejects with an `ApplicationFailure` whose type is the kind of failure. */
export async function attempt(request: AttemptRequest, access: ModelAccess): Promise<AttemptReply> {
  const startedAt = performance.now();
  const elapsedMs = (): number => Math.round(performance.now() - startedAt);
  const beat = setInterval(heartbeat, HEARTBEAT_MS);
  try {
    const reply = await callModel(request, access.providers);
    return {
      value: readValue(reply, request),
      inputTokens: reply.usage.inputTokens,
      outputTokens: reply.usage.outputTokens,
      costNanoUsd: costOf(reply, access.prices[request.model]),
      durationMs: elapsedMs(),
      requestId: reply.requestId,
    };
  } catch (error) {
    if (error instanceof CancelledFailure) throw error;
    throw toFailure(error, {
      model: request.model,
      durationMs: elapsedMs(),
      tries: activityInfo().attempt,
    });
  } finally {
    clearInterval(beat);
  }
}

async function callModel(
  request: AttemptRequest,
  providers: ReadonlyMap<string, Provider>,
): Promise<ModelReply> {
  const [providerId, model] = splitModel(request.model);
  const provider = providers.get(providerId);
  if (provider === undefined) {
    throw new ProviderError("not_found", `this worker has no provider "${providerId}"`);
  }
  const deadline = AbortSignal.timeout(request.deadlineMs);
  const current = Context.current();
  const cancellation = current.cancellationSignal;
  const signal = AbortSignal.any([deadline, cancellation]);
  // Bound to this call: progress may come from a connection that was opened before it, outside its async context.
  const reportProgress = (): void => current.heartbeat();
  const context: CallContext = { step: request.step, signal, reportProgress };
  const outputSchema = wantsText(request) ? undefined : request.output;
  const call = { model, messages: messagesOf(request), outputSchema };
  try {
    // A plugin that ignores its signal must not hold the run: the attempt ends with the signal either way.
    return await Promise.race([provider.generate(call, context), rejectOnAbort(signal)]);
  } catch (error) {
    if (cancellation.aborted) throw cancellation.reason;
    if (!deadline.aborted) throw error;
    throw new ProviderError("timeout", `no complete answer within ${request.deadlineMs} ms`);
  }
}

/** The first slash divides: models of gateways have slashes of their own, such as `openrouter/openai/gpt-5`. */
function splitModel(name: string): [provider: string, model: string] {
  const slash = name.indexOf("/");
  return [name.slice(0, slash), name.slice(slash + 1)];
}

function messagesOf({ system, prompt }: AttemptRequest): readonly Message[] {
  const user: Message = { role: "user", text: prompt };
  return system === undefined ? [user] : [{ role: "system", text: system }, user];
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function wantsText({ output }: AttemptRequest): boolean {
  return output["type"] === "string";
}

function readValue(reply: ModelReply, request: AttemptRequest): unknown {
  checkComplete(reply);
  const value = wantsText(request) ? reply.text : parseJson(reply);
  const problems = findProblems(request.output, value);
  if (problems.length === 0) return value;
  throw new ProviderError(
    "invalid_output",
    `the reply does not fit the step's schema: ${describeProblems(problems)}`,
    { requestId: reply.requestId },
  );
}

/** A 200 is not yet an answer: gateways pass on empty, cut and filtered replies as if they were. */
function checkComplete({ text, finishReason, requestId }: ModelReply): void {
  const details = { requestId };
  if (finishReason === "content_filter") {
    throw new ProviderError(
      "content_filtered",
      "the provider's content filter stopped the reply",
      details,
    );
  }
  if (finishReason === "length") {
    throw new ProviderError(
      "invalid_output",
      "the model's output limit cut the reply short",
      details,
    );
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
