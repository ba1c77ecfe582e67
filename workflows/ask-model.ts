/** Asks one candidate until it answers: rounds of tools, and once more where that may help. Every call is an attempt of its own. */

import type { AttemptReply, ToolCall, Turn } from "../activities/contract.ts";
import { attemptId, type AttemptPlace } from "../graph/attempt-id.ts";
import { retriesOf, type RecoveryPolicy } from "../graph/failure-kinds.ts";
import { describeProblems, readValue } from "../graph/schema.ts";
import {
  originOf,
  recoveryOf,
  type AnsweredCall,
  type Asking,
  type CandidateOutcome,
} from "./asking.ts";
import { attemptRequest } from "./attempt-request.ts";
import { NO_AMOUNTS } from "../graph/budget.ts";
import type { AttemptFailure, AttemptLabel } from "./host.ts";
import type { Attempt } from "./run-record.ts";
import { holdForCall, usedBy, type Wanted } from "./spend.ts";

type AskOutcome =
  | {
      readonly ok: true;
      readonly reply: AttemptReply;
      readonly said: unknown;
      readonly call: AnsweredCall;
    }
  | Exclude<CandidateOutcome, { readonly ok: true }>;

/** The step has gone on without this candidate. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";
}

/**
 * Calls one model, and again with what its tools gave, until it answers.
 *
 * @throws {RunError} RUN_DEADLINE_PASSED
 * @throws {Abandoned} when the step has gone on without it.
 */
export async function askModel(asking: Asking): Promise<CandidateOutcome> {
  const { call, context, turns, index, candidate, guards } = asking;
  const calls = new CallCount();
  const answered: AnsweredCall[] = [];
  for (let round = 0; ; round++) {
    // In the last round it is not offered tools any more, so that it has to answer.
    const tools = round < call.maxToolRounds ? call.tools : [];
    const outcome = await askInRound(asking, { round, tools, calls });
    if (!outcome.ok) return outcome;
    const { said, reply } = outcome;
    const { value, toolCalls } = reply;
    answered.push(outcome.call);
    if (toolCalls === undefined) {
      return { ok: true, answer: { value, said, candidate, index, calls: answered } };
    }
    turns.push({ role: "assistant", toolCalls });
    const id = attemptId(context.path, { fallback: index, round, retry: 0 });
    turns.push(...(await callTools(toolCalls, asking, id)));
    await guards.lookAtConversation(turns);
  }
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
  const { call, candidate, tried, guards, turns } = asking;
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
    if (failure.guard?.action === "escalate") {
      if (await guards.isAllowed([failure.guard], { messages: turns })) continue;
      return { ok: false, failure: { ...failure, guard: { ...failure.guard, action: "block" } } };
    }
    const mayRepeat = calls.repeated < retriesAfter(failure, recoveryOf(call, candidate));
    if (!mayRepeat || !isCharged(failure)) return outcome;
    calls.repeated += 1;
    ({ correction } = failure);
  }
}

/** A guardrail says by itself what its finding calls for. */
function retriesAfter({ kind, guard }: AttemptFailure, recovery: RecoveryPolicy): number {
  if (guard === undefined) return retriesOf(kind, recovery);
  return guard.action === "retry" ? 1 : 0;
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
  const { context, candidate, index, time } = asking;
  const { path, host, run } = context;
  const held = await holdForCall(wantedCall(asking, made), context);
  if (!held.ok) return held;
  if (asking.isOver?.()) {
    held.hold.settle(NO_AMOUNTS);
    throw new Abandoned();
  }
  const { model } = candidate;
  const place: AttemptPlace = { fallback: index, round: made.round, retry: made.retry };
  const id = attemptId(path, place);
  const base = { step: path, model, fallback: index, ...originOf(asking) };
  const end = run.record.beginAttempt({ ...base, status: "running", tries: 1 });
  const outcome = await host.attempt(held.request, {
    id,
    summary: summarise(asking, place),
    placement: placementOf(asking),
    ...whereToWait(asking),
  });
  const { queuedMs = 0 } = outcome.ok ? outcome.reply : outcome.failure;
  time.endsAt = Math.min(time.endsAt + queuedMs, run.endsAt);
  const ended = { id, tell: end };
  if (outcome.ok) {
    if (asking.guards.concerns(outcome.reply)) {
      // It is paid for, and somebody may take days to decide.
      held.hold.settle(usedBy(outcome.reply));
      return endGuarded(asking, outcome.reply, ended);
    }
    const answered = endAnswered(asking, outcome.reply, ended);
    held.hold.settle(usedBy(outcome.reply));
    return answered;
  }
  const { failure, cancellation } = outcome;
  held.hold.settle(usedBy(failure));
  end({ status: cancellation === undefined ? "failed" : "cancelled", ...failure });
  if (cancellation !== undefined) throw cancellation;
  return outcome;
}

/** Voices are asked side by side, and local activities run one at a time: one that hangs would hold up the vote. */
function placementOf({ call, plan }: Asking): AttemptLabel["placement"] {
  return plan === "consensus" ? undefined : call.settings.placement;
}

/** The time of the step stands still in the queue of a provider: there, only the end of the run ends the wait. */
function whereToWait(asking: Asking): Pick<AttemptLabel, "queue" | "timeLeftMs"> {
  const { candidate, context, isLastResort, time } = asking;
  const { host, run } = context;
  // What runs beside the run itself waits in no queue.
  const isHere = candidate.queue === undefined || placementOf(asking) === "local";
  if (isHere) return { timeLeftMs: time.endsAt - host.now() };
  const { name, ...wait } = candidate.queue;
  return {
    timeLeftMs: run.endsAt - host.now(),
    // With no other model left, there is no better wait.
    queue: { name, ...(!isLastResort && wait) },
  };
}

function wantedCall(asking: Asking, { tools, calls, correction }: Try): Wanted {
  const { time, route, context } = asking;
  return {
    request: () => attemptRequest(asking, { tools, callsBefore: calls.made, correction }),
    toolTokens: route.toolTokens,
    waited: (waitedMs) => {
      time.endsAt = Math.min(time.endsAt + waitedMs, context.run.endsAt);
    },
  };
}

/** Has guardrails look at a reply before its end is put on record. */
async function endGuarded(
  asking: Asking,
  reply: AttemptReply,
  call: EndedCall,
): Promise<AskOutcome> {
  const { context, candidate, guards, turns } = asking;
  const { model } = candidate;
  const looked = await guards.lookAtReply({ reply, model, messages: turns });
  const { stop } = looked;
  if (stop === undefined) {
    const { guards: said } = looked.reply;
    if (said) context.host.keepVerdicts({ [call.id]: { guards: said } });
    return endAnswered(asking, looked.reply, call);
  }
  const { message: what, correction, ...guard } = stop;
  const { value: _value, toolCalls: _toolCalls, metadata: _metadata, ...measured } = looked.reply;
  const kind = "guardrail_blocked" as const;
  const message = `${model}: ${what}`;
  const { guards: said } = measured;
  // What the history can tell of it too.
  const end = { model, kind, tries: 1, ...measured, message };
  call.tell({ ...end, status: "failed" });
  context.host.keepVerdicts({ [call.id]: { status: "failed", kind, message, guards: said } });
  return { ok: false, failure: { ...end, guard, correction } };
}

/** Reads a reply and puts its end on record. */
function endAnswered(asking: Asking, reply: AttemptReply, call: EndedCall): AskOutcome {
  const { value: said, toolCalls, ...measured } = reply;
  const read = toolCalls ? ({ ok: true, reply } as const) : readOutput(reply, asking);
  if (read.ok) {
    call.tell({ status: "completed", ...measured });
    if (!toolCalls) asking.onAnswer?.({ value: read.reply.value, said });
    return { ok: true, reply: read.reply, said, call };
  }
  const end = { ...read.failure, status: "failed" } as const;
  call.tell(end);
  // Without a plan it shows in what comes next: the step asks again, or is given up.
  if (asking.plan) {
    const { status, kind, message } = end;
    asking.context.host.keepVerdicts({ [call.id]: { status, kind, message } });
  }
  return read;
}

/** A call whose end is to be told. */
interface EndedCall extends AnsweredCall {
  readonly tell: (end: Partial<Attempt>) => void;
}

function summarise(
  { context: { path }, candidate: { model }, plan, isStandIn }: Asking,
  { fallback, round, retry }: AttemptPlace,
): string {
  const place = plan === undefined ? `fallback ${fallback}` : `${PLACES[plan]} ${fallback + 1}`;
  const standIn = isStandIn ? ", for one that failed" : "";
  const parts = [
    `${path} · ${model}${plan === undefined && fallback === 0 ? "" : ` (${place}${standIn})`}`,
    ...(round === 0 ? [] : [`after tools ${round}`]),
    ...(retry === 0 ? [] : ["asked again"]),
  ];
  return parts.join(" · ");
}

/** What the places of a ranking are called. */
const PLACES = { cascade: "rung", consensus: "voice" } as const;

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
