/** Asks one candidate until it answers: rounds of tools, and once more where that may help. Every call is an attempt of its own. */

import type {
  AttemptReply,
  AttemptRequest,
  Candidate,
  Route,
  ToolCall,
  Turn,
} from "../activities/contract.ts";
import { attemptId, type AttemptPlace } from "../graph/attempt-id.ts";
import type { ModelCallDefinition } from "../graph/definition.ts";
import { retriesOf, type RecoveryPolicy } from "../graph/failure-kinds.ts";
import { describeProblems, readValue, toJsonSchema } from "../graph/schema.ts";
import { deadlinePassed, type Tried } from "./give-up.ts";
import type { AttemptFailure } from "./host.ts";
import type { Shortage } from "./ledger.ts";
import { holdForCall, usedBy, type Wanted } from "./spend.ts";
import type { StepContext } from "./step-context.ts";

/** A candidate that is asked. */
export interface Asking {
  readonly call: ModelCallDefinition;
  readonly context: StepContext;
  readonly route: Route;
  readonly candidate: Candidate;
  /** Its place among the candidates. */
  readonly index: number;
  readonly time: StepTime;
  /** The conversation so far. Tool calls are added: the next candidate does not have them made again. */
  readonly turns: Turn[];
  readonly tried: Tried;
}

/** The time of a step. It stands still while the step waits for its budget, as people may take days to raise one. */
interface StepTime {
  /** When it is up, in milliseconds since 1970. */
  endsAt: number;
}

export type CandidateOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly failure: AttemptFailure }
  | { readonly ok: false; readonly shortage: Shortage };

type AskOutcome =
  | { readonly ok: true; readonly reply: AttemptReply }
  | Exclude<CandidateOutcome, { readonly ok: true }>;

/** Calls one model, and again with what its tools gave, until it answers. */
export async function askModel(asking: Asking): Promise<CandidateOutcome> {
  const { call, context, turns, index } = asking;
  const calls = new CallCount();
  for (let round = 0; ; round++) {
    // In the last round it is not offered tools any more, so that it has to answer.
    const tools = round < call.maxToolRounds ? call.tools : [];
    const outcome = await askInRound(asking, { round, tools, calls });
    if (!outcome.ok) return outcome;
    const { value, toolCalls } = outcome.reply;
    if (toolCalls === undefined) return { ok: true, value };
    turns.push({ role: "assistant", toolCalls });
    const id = attemptId(context.path, { fallback: index, round, retry: 0 });
    turns.push(...(await callTools(toolCalls, asking, id)));
  }
}

/** For which failures this call goes on: the step's word, else the alias's. */
export function recoveryOf(
  { settings }: ModelCallDefinition,
  candidate: RecoveryPolicy,
): RecoveryPolicy {
  return {
    retryOn: settings.retryOn ?? candidate.retryOn,
    fallbackOn: settings.fallbackOn ?? candidate.fallbackOn,
  };
}

/** How often the model of a candidate was called. */
class CallCount {
  made = 0;
  /** Those of them that repeated one that had failed. */
  repeated = 0;
}

interface Round {
  readonly round: number;
  readonly tools: readonly string[];
  readonly calls: CallCount;
}

/** Asks, and asks once more where the kind of failure calls for it and Temporal has not done so. */
async function askInRound(asking: Asking, round: Round): Promise<AskOutcome> {
  const { call, candidate, tried } = asking;
  const { calls } = round;
  let correction: string | undefined;
  for (let retry = 0; ; retry++) {
    const outcome = await attempt(asking, { ...round, retry, correction });
    if (outcome.ok) {
      calls.made += 1;
      return outcome;
    }
    if ("shortage" in outcome) return outcome;
    const { failure } = outcome;
    tried.failures.push(failure);
    calls.made += failure.tries;
    // None that was not let through.
    calls.repeated += Math.max(0, failure.tries - 1);
    const mayRepeat = calls.repeated < retriesOf(failure.kind, recoveryOf(call, candidate));
    if (!mayRepeat || !isCharged(failure)) return outcome;
    calls.repeated += 1;
    ({ correction } = failure);
  }
}

/** What cost nothing was tried again already, after the wait that it calls for, as far as there was time. */
function isCharged({ inputTokens, waitMs }: AttemptFailure): boolean {
  return inputTokens !== undefined && waitMs === undefined;
}

interface Try extends Round {
  readonly retry: number;
  /** What was wrong with the last reply. */
  readonly correction: string | undefined;
}

async function attempt(asking: Asking, made: Try): Promise<AskOutcome> {
  const { context, candidate, index, route, time } = asking;
  const { path, host, run } = context;
  const wanted: Wanted = {
    request: () => attemptRequest(asking, made),
    toolTokens: route.toolTokens,
    waited: (waitedMs) => {
      time.endsAt = Math.min(time.endsAt + waitedMs, run.endsAt);
    },
  };
  const held = await holdForCall(wanted, context);
  if (!held.ok) return held;
  const { model } = candidate;
  const place: AttemptPlace = { fallback: index, round: made.round, retry: made.retry };
  const base = { step: path, model, fallback: index };
  const end = run.record.beginAttempt({ ...base, status: "running", tries: 1 });
  const outcome = await host.attempt(held.request, {
    id: attemptId(path, place),
    summary: summarise(path, model, place),
    timeLeftMs: time.endsAt - host.now(),
  });
  if (outcome.ok) {
    const { value: _value, toolCalls, ...measured } = outcome.reply;
    held.hold.settle(usedBy(measured));
    const read = toolCalls ? outcome : readOutput(outcome.reply, asking);
    end(read.ok ? { status: "completed", ...measured } : { status: "failed", ...read.failure });
    return read;
  }
  const { failure, cancellation } = outcome;
  held.hold.settle(usedBy(failure));
  end({ status: cancellation === undefined ? "failed" : "cancelled", ...failure });
  if (cancellation !== undefined) throw cancellation;
  return outcome;
}

/** Under a budget in USD or tokens, a call has to have an end that can be reckoned with. */
const MOST_OUTPUT_TOKENS_OF_A_BUDGET = 4_096;

function attemptRequest(asking: Asking, { tools, calls, correction }: Try): AttemptRequest {
  const { call, context, candidate, turns } = asking;
  const { settings, output } = call;
  const { connectMs, firstByteMs, idleMs, sampling, stream } = settings;
  const { retryOn } = recoveryOf(call, candidate);
  const { maxOutputTokens = mostOutputTokens(asking) } = settings;
  return {
    step: context.path,
    model: candidate.model,
    messages: correction === undefined ? [...turns] : [...turns, correct(correction)],
    output: toJsonSchema(output),
    deadlineMs: deadlineFor(asking),
    ...(connectMs !== undefined && { connectMs }),
    ...(firstByteMs !== undefined && { firstByteMs }),
    ...(idleMs !== undefined && { idleMs }),
    ...patienceFor(asking),
    ...(retryOn && { retryOn }),
    ...(tools.length > 0 && { tools }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(sampling && { sampling }),
    ...(stream && { stream }),
    ...(candidate.price && { price: candidate.price }),
    ...(candidate.jsonSchema !== undefined && { jsonSchema: candidate.jsonSchema }),
    ...(calls.made > 0 && { callsBefore: calls.made }),
  };
}

function mostOutputTokens({ context: { ledger }, candidate }: Asking): number | undefined {
  if (!ledger.isLimited("usd") && !ledger.isLimited("tokens")) return undefined;
  return Math.min(MOST_OUTPUT_TOKENS_OF_A_BUDGET, candidate.maxOutputTokens ?? Infinity);
}

/**
 * How long the attempt may take: what the step says, cut to what is left of the step's time and of its budget.
 *
 * @throws {RunError} RUN_DEADLINE_PASSED
 */
function deadlineFor({ call, context, time: { endsAt }, tried }: Asking): number {
  const { host, ledger } = context;
  const leftMs = endsAt - host.now();
  if (leftMs <= 0) throw deadlinePassed(context, tried, endsAt);
  const callTimeMs = ledger.unused().seconds ?? Infinity;
  // With none left it asks for the least there is, which the ledger refuses.
  return Math.max(1, Math.min(call.deadlineMs, leftMs, callTimeMs));
}

/** With no other model left to try, a provider may ask for all the time there is. */
function patienceFor({
  call: { settings },
  context,
  index,
  route,
  time: { endsAt },
}: Asking): Pick<AttemptRequest, "patienceMs" | "isLast"> {
  if (index === route.candidates.length - 1) {
    return { patienceMs: endsAt - context.host.now(), isLast: true };
  }
  return settings.patienceMs === undefined ? {} : { patienceMs: settings.patienceMs };
}

function correct(correction: string): Turn {
  const content = `Your last reply was refused: ${correction}. Answer again, so that it fits.`;
  return { role: "user", content };
}

function summarise(path: string, model: string, { fallback, round, retry }: AttemptPlace): string {
  const parts = [
    `${path} · ${model}${fallback === 0 ? "" : ` (fallback ${fallback})`}`,
    ...(round === 0 ? [] : [`after tools ${round}`]),
    ...(retry === 0 ? [] : ["asked again"]),
  ];
  return parts.join(" · ");
}

/** Makes the calls side by side. One that fails is told to the model, which may cope. */
function callTools(
  toolCalls: readonly ToolCall[],
  { call, context, time: { endsAt } }: Asking,
  attempted: string,
): Promise<readonly Turn[]> {
  const { path, host } = context;
  const { deadlineMs } = call;
  return Promise.all(
    toolCalls.map(async ({ id, tool, input }, position): Promise<Turn> => {
      const label = {
        id: `${attempted}/${position}`,
        summary: `${path} · ${tool} for the model`,
        timeLeftMs: endsAt - host.now(),
      };
      const outcome = await host.callTool({ tool, input, deadlineMs }, label);
      const output = outcome.ok ? outcome.value : { error: outcome.error.message };
      return { role: "tool", toolCallId: id, tool, output };
    }),
  );
}

type ReadOutput =
  | { readonly ok: true; readonly reply: AttemptReply }
  | { readonly ok: false; readonly failure: AttemptFailure };

/** JSON Schema cannot carry zod's refinements, transforms and defaults: the schema itself has the last word. */
function readOutput(reply: AttemptReply, { call, candidate: { model } }: Asking): ReadOutput {
  const { value, toolCalls: _toolCalls, metadata: _metadata, ...measured } = reply;
  const read = readValue(call.output, value);
  if (read.ok) return { ok: true, reply: { ...reply, value: read.value } };
  const correction = `the reply does not fit the step's schema: ${describeProblems(read.problems)}`;
  const kind = "invalid_output" as const;
  const message = `${model}: ${correction}`;
  return { ok: false, failure: { model, kind, tries: 1, ...measured, correction, message } };
}
