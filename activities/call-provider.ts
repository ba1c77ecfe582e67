/**
 * Calls one model once, if it may be called now, checks that the reply fits, and tells how it went. Knows no Temporal, so that
 * a unit test can run graphs with it.
 */

import { toJsonSchema } from "../graph/schema.ts";
import {
  ProviderError,
  type AttemptJournal,
  type CallContext,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
  type ToolOffer,
} from "../plugins/contract.ts";
import { chargeForReply } from "./charge.ts";
import { readReply } from "./check-reply.ts";
import type { AttemptReply, AttemptRequest } from "./contract.ts";
import { AttemptGuards, StreamGuard } from "./guarding/attempt-guards.ts";
import type { GuardAccess } from "./guarding/guardrails.ts";
import type { GuardVerdict } from "./guarding/verdict.ts";
import { chooseOutputForm, type OutputForm } from "./output-form.ts";
import { callWithLeave, type CallObserver } from "./signals/call-with-leave.ts";
import type { LiveSignals } from "./signals/live-signals.ts";
import type { Tools } from "./tool.ts";
import { watchCall, type CallHost, type Watch } from "./watch-call.ts";

/** What attempts of this worker can reach. */
export interface ModelAccess {
  readonly providers: ReadonlyMap<string, Provider>;
  readonly tools: Tools;
  readonly live: LiveSignals;
  readonly guarding: GuardAccess;
  /** Keeps answers until Temporal has them. Absent: nothing does. */
  readonly journal?: AttemptJournal | undefined;
}

/** The call that is to be made. */
export interface WantedAttempt {
  /** The graph's id; the workflow type of a hand-written workflow. */
  readonly graph: string;
  readonly request: AttemptRequest;
  /** 1 for the first call of this model for this step. */
  readonly call: number;
  /** See {@link CallContext.idempotencyKey}. */
  readonly idempotencyKey: string;
  /** What guardrails say is added to it, however the call ends. */
  readonly verdicts: GuardVerdict[];
  /** What the call was answered before its worker was lost: it is not made again. */
  readonly kept?: KeptReply | undefined;
  /** Told that the call is made now. Waited for. */
  readonly begin?: () => Promise<void>;
  /** Told of an answer as soon as it has come, before anything is made of it. Waited for. */
  readonly keep?: (reply: KeptReply) => Promise<void>;
}

/** An answer as it came. Plain JSON. */
export interface KeptReply {
  readonly reply: ModelReply;
  readonly durationMs: number;
}

/**
 * Calls the model of `request`, between its guardrails.
 *
 * @throws {GuardrailError} when one of them stops the call or its reply.
 * @throws {NotCalledError} when the model may not be called now.
 * @throws {ProviderError} of a plugin's, of a deadline, or of a reply that does not fit.
 */
export async function callProvider(
  wanted: WantedAttempt,
  access: ModelAccess,
  host: CallHost,
): Promise<AttemptReply> {
  const { graph, request, verdicts, kept } = wanted;
  const [provider, model] = findModel(request.model, access);
  const { jsonSchema = provider.describeModel?.(model)?.capabilities?.jsonSchema } = request;
  const canHoldToSchema = jsonSchema !== false;
  const guards = new AttemptGuards(request, access.guarding, host, verdicts);
  const form = chooseOutputForm(request.output, await guards.messages(), canHoldToSchema);
  const asked = modelRequest(request, model, form, access.tools);
  const measure = ({ reply: answer, durationMs }: KeptReply) => {
    const charge = chargeForReply(answer, request);
    return { reply: answer, read: readReply(answer, form, request), ...charge, durationMs };
  };
  const call = (observer: CallObserver): Promise<KeptReply> =>
    callOnce(wanted, { host, observer }, (context) =>
      ask(provider, asked, request.stream === true ? guards : undefined, context),
    );
  const { read, reply, ...measured } = kept
    ? measure(kept)
    : await callWithLeave({ graph, request }, access.live, host, async (observer) =>
        measure(await call(observer)),
      );
  const { requestId, metadata } = reply;
  return {
    ...(await guards.reply(read, reply)),
    ...measured,
    requestId,
    ...(metadata && { metadata }),
    ...(verdicts.length > 0 && { guards: [...verdicts] }),
  };
}

async function callOnce(
  { request, call, idempotencyKey, begin, keep }: WantedAttempt,
  { host, observer }: { readonly host: CallHost; readonly observer: CallObserver },
  make: (context: CallContext) => Promise<ModelReply>,
): Promise<KeptReply> {
  await begin?.();
  const startedAt = host.now();
  const { step } = request;
  const reply = await watchCall(request, host, (watch) =>
    make({ step, call, idempotencyKey, ...contextOf(watch, observer, host) }),
  );
  observer.sawLimits(reply.limits);
  const answered = { reply, durationMs: Math.round(host.now() - startedAt) };
  await keep?.(answered);
  return answered;
}

function contextOf(
  watch: Watch,
  observer: CallObserver,
  host: CallHost,
): Pick<CallContext, "signal" | "reportProgress" | "sleep"> {
  return {
    signal: watch.signal,
    reportProgress(stage) {
      observer.sawStage(stage);
      watch.reportProgress(stage);
    },
    sleep: (durationMs) => host.sleep(durationMs, watch.signal),
  };
}

/** Whether a call that is made again under its key is one call for the provider of `model`. */
export function honoursKeys(model: string, { providers }: ModelAccess): boolean {
  const provider = providers.get(model.slice(0, model.indexOf("/")));
  return provider?.honoursIdempotencyKeys === true;
}

/** The first slash divides: models of gateways have slashes of their own, such as `openrouter/openai/gpt-5`. */
function findModel(name: string, { providers }: ModelAccess): [provider: Provider, model: string] {
  const slash = name.indexOf("/");
  const id = name.slice(0, slash);
  const provider = providers.get(id);
  if (provider !== undefined) return [provider, name.slice(slash + 1)];
  throw new ProviderError("not_found", `this worker has no provider "${id}"`);
}

function modelRequest(
  { tools, maxOutputTokens, sampling }: AttemptRequest,
  model: string,
  { messages, outputSchema }: OutputForm,
  known: Tools,
): ModelRequest {
  return {
    model,
    messages,
    outputSchema,
    tools: tools?.map((name) => offerTool(name, known)),
    maxOutputTokens,
    sampling,
  };
}

/**
 * A tool as the model is told of it.
 *
 * @throws {ProviderError} `bad_request` when the configuration has not got it.
 */
export function offerTool(name: string, tools: Tools): ToolOffer {
  const tool = tools[name];
  if (tool === undefined) {
    throw new ProviderError("bad_request", `this worker has no tool "${name}"`);
  }
  return { name, description: tool.description, input: toJsonSchema(tool.input) };
}

/** @param guards - of a reply that is wanted as it is written. */
function ask(
  provider: Provider,
  request: ModelRequest,
  guards: AttemptGuards | undefined,
  context: CallContext,
): Promise<ModelReply> {
  return guards && provider.stream
    ? collect(provider.stream(request, context), guards, context)
    : provider.generate(request, context);
}

async function collect(
  parts: AsyncIterable<StreamPart>,
  guards: AttemptGuards,
  context: CallContext,
): Promise<ModelReply> {
  let reply: ModelReply | undefined;
  const watch = guards.watchesStream ? new StreamGuard(guards) : undefined;
  for await (const part of parts) {
    context.reportProgress("receiving");
    if ("reply" in part) ({ reply } = part);
    else await watch?.read(part.text);
  }
  if (reply !== undefined) return reply;
  throw new ProviderError("malformed", "the stream ended before the reply was complete");
}
