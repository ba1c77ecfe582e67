/** A provider without a model behind it: keyless, deterministic, and able to fail on request. Never a real answer. */

import {
  ProviderError,
  type CallContext,
  type ModelFacts,
  type ModelReply,
  type ModelRequest,
  type Provider,
  type StreamPart,
  type Turn,
} from "../contract.ts";
import {
  createChance,
  type Chance,
  type SimulatedFailureRates,
  type SimulatedLatency,
} from "../simulated/chance.ts";
import {
  readRules,
  type SimulatedAnswer,
  type SimulatedCall,
  type SimulatedFailure,
  type SimulatedReply,
  type SimulatedRule,
} from "../simulated/reply.ts";
import { countTokens as countTextTokens } from "../tokens/tokens.ts";

export type {
  SimulatedCall,
  SimulatedFailureRates,
  SimulatedLatency,
  SimulatedReply,
  SimulatedRule,
};

export interface SimulatedOptions {
  /**
   * What to answer: a function of the call, or the path of a JSON file that holds a list of {@link SimulatedRule}. A
   * list of replies holds one for each call of a model for a step; the last repeats.
   */
  readonly replies: ((call: SimulatedCall) => SimulatedReply | readonly SimulatedReply[]) | string;
  /** How long calls take, on the host's clock. Default: no time. */
  readonly latency?: SimulatedLatency;
  /** How often calls fail instead of answering, by kind, such as `{ rate_limited: 0.1 }`. Default: never. */
  readonly failures?: SimulatedFailureRates;
  /** What latencies and failures are drawn from: the same seed draws the same. Default: 1. */
  readonly seed?: number;
  /** The models it lists, and what is known of them. Default: none, nothing. */
  readonly models?: Readonly<Record<string, ModelFacts>>;
}

/** Longer than any deadline; timers cannot wait longer. */
const FOREVER_MS = 2 ** 31 - 1;

/**
 * A provider whose models answer what they are told to. Its id is always `simulated`, so that every model,
 * summary and record that comes from it says so.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS when the file of replies cannot be read, or a latency or rate makes no sense.
 */
export function simulated(options: SimulatedOptions): Provider {
  const { replies, latency, failures = {}, seed = 1, models = {} } = options;
  const findReply = typeof replies === "string" ? matchRules(readRules(replies)) : replies;
  const chance = createChance(latency, failures, seed);
  const plan = (request: ModelRequest, context: CallContext): Plan =>
    planCall(readCall(request, context), findReply, chance);
  return {
    id: "simulated",
    async generate(request, context) {
      const { call, reply, latencyMs } = plan(request, context);
      context.reportProgress("waiting");
      if (latencyMs > 0) await context.sleep(latencyMs);
      if (isFailure(reply)) return failLike(reply, context);
      context.reportProgress("receiving");
      return answerWith(reply, request, call);
    },
    stream: (request, context) => streamPlan(plan(request, context), request, context),
    listModels: async () => Object.entries(models).map(([model, facts]) => ({ model, ...facts })),
    describeModel: (model) => (Object.hasOwn(models, model) ? models[model] : undefined),
  };
}

/** What becomes of a call. */
interface Plan {
  readonly call: SimulatedCall;
  readonly reply: SimulatedReply;
  readonly latencyMs: number;
}

function readCall({ model, messages }: ModelRequest, { step, call }: CallContext): SimulatedCall {
  return { step, model, prompt: messages.map(textOf).join("\n"), call };
}

function planCall(
  call: SimulatedCall,
  findReply: (call: SimulatedCall) => SimulatedReply | readonly SimulatedReply[],
  chance: Chance,
): Plan {
  const reply = chance.failureOf(call) ?? pickReply(findReply(call), call);
  return { call, reply, latencyMs: reply.latencyMs ?? chance.latencyOf(call) };
}

function pickReply(
  replies: SimulatedReply | readonly SimulatedReply[],
  { step, model, call }: SimulatedCall,
): SimulatedReply {
  if (!isList(replies)) return replies;
  const reply = replies[Math.min(call, replies.length) - 1];
  if (reply !== undefined) return reply;
  throw noReply(step, model);
}

/** `Array.isArray` does not know lists that are readonly. */
function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

function matchRules(
  rules: readonly SimulatedRule[],
): (call: SimulatedCall) => SimulatedReply | readonly SimulatedReply[] {
  return ({ step, model, call }) => {
    const rule = rules.find(
      (candidate) =>
        (candidate.step ?? step) === step &&
        (candidate.model ?? model) === model &&
        (candidate.call ?? call) === call,
    );
    if (rule !== undefined) return rule.reply;
    throw noReply(step, model);
  };
}

function noReply(step: string, model: string): ProviderError {
  return new ProviderError(
    "not_found",
    `no simulated reply for step "${step}" and model "${model}"`,
  );
}

/** Half of the time passes before the first word, as with real models; the words share the rest. */
async function* streamPlan(
  { call, reply, latencyMs }: Plan,
  request: ModelRequest,
  context: CallContext,
): AsyncIterable<StreamPart> {
  const text = isFailure(reply) ? (reply.afterText ?? "") : readText(reply, request);
  const words = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
  const perWordMs = words.length === 0 ? 0 : latencyMs / 2 / words.length;
  context.reportProgress("waiting");
  if (latencyMs > 0) await context.sleep(latencyMs - perWordMs * words.length);
  for (const word of words) {
    if (perWordMs > 0) await context.sleep(perWordMs);
    context.reportProgress("receiving");
    yield { text: word };
  }
  if (isFailure(reply)) return failLike(reply, context);
  yield { reply: answerWith(reply, request, call) };
}

function isFailure(reply: SimulatedReply): reply is SimulatedFailure {
  return "fail" in reply || "stall" in reply;
}

async function failLike(reply: SimulatedFailure, context: CallContext): Promise<never> {
  const { usage, costUsd, requestId, mayBeBilled } = reply;
  const billed = { usage, costUsd, requestId, mayBeBilled };
  if ("stall" in reply) {
    await context.sleep(FOREVER_MS);
    throw new ProviderError("timeout", "the simulated model never answers", billed);
  }
  const { fail, httpStatus, retryAfterMs } = reply;
  throw new ProviderError(fail, `simulated failure "${fail}"`, {
    httpStatus,
    retryAfterMs,
    ...billed,
  });
}

function answerWith(
  reply: SimulatedAnswer,
  request: ModelRequest,
  { prompt }: SimulatedCall,
): ModelReply {
  const { usage, costUsd, finishReason, requestId, metadata } = reply;
  const text = readText(reply, request);
  const toolCalls = "calls" in reply ? reply.calls : undefined;
  const written = toolCalls === undefined ? text : JSON.stringify(toolCalls);
  return {
    text,
    toolCalls,
    finishReason: finishReason ?? (toolCalls === undefined ? "stop" : "tool_calls"),
    usage: usage ?? { inputTokens: countTokens(prompt), outputTokens: countTokens(written) },
    costUsd,
    requestId,
    metadata,
  };
}

/** Like a model: plain text where text was asked for, else JSON. */
function readText(reply: SimulatedAnswer, request: ModelRequest): string {
  if ("text" in reply) return reply.text;
  if ("calls" in reply) return "";
  const isText = request.outputSchema === undefined && typeof reply.value === "string";
  return isText ? reply.value : JSON.stringify(reply.value);
}

/** What a turn says, as far as it is text. */
function textOf(turn: Turn): string {
  if ("toolCalls" in turn) return JSON.stringify(turn.toolCalls);
  if ("toolCallId" in turn) return JSON.stringify(turn.output);
  if (typeof turn.content === "string") return turn.content;
  return turn.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
}

/** Counted for real, with the tokenizer of OpenAI's newer models: a simulated model has none of its own. */
function countTokens(text: string): number {
  return countTextTokens(text, "gpt-5").tokens;
}
