/** Lets a model judge what goes to another one or comes from it, for a guardrail. What it reads is data to it. */

import type { GuardReply, GuardVerdict, ModelGuard } from "../activities/contract.ts";
import type { ModelCallDefinition } from "../graph/definition.ts";
import { actionIn, describeLook } from "../graph/guard-words.ts";
import { createScoreSchema } from "../graph/judgement.ts";
import type { GuardedStep, Subject } from "./guards.ts";
import { fence, judgeCall, NOT_TO_BE_FOLLOWED, type Judgement } from "./judge-call.ts";
import { RunError } from "./run-error.ts";

type Judge = ModelGuard & Required<Pick<ModelGuard, "judge">>;

interface Judging extends GuardedStep {
  /** What the call is named, behind the step's path. */
  readonly part: string;
}

/**
 * What it says; that it could not tell, when no model answered.
 *
 * @throws {RunError} RUN_BUDGET_EXCEEDED or RUN_DEADLINE_PASSED: the step has nothing left to ask with.
 */
export async function judgeContent(
  guard: Judge,
  subject: Subject,
  { call, context, consult, part }: Judging,
): Promise<GuardReply> {
  const { host } = context;
  const { kind, atLeast } = guard.judge;
  const direction = subject.reply ? "output" : "input";
  if (!isItsPlace(guard, subject)) {
    return answerOf(guard, { outcome: "passed", durationMs: 0 }, direction);
  }
  const since = host.now();
  const score = await rate(judgeCall(ask(guard, subject), call), part, consult);
  const durationMs = host.now() - since;
  if (score === undefined) {
    const why = "got no answer from its model";
    return answerOf(guard, { outcome: "failed", why, durationMs }, direction);
  }
  if (score >= atLeast) return answerOf(guard, { outcome: "passed", durationMs }, direction);
  const findings = [{ kind, count: 1, severity: "high" }] as const;
  return answerOf(guard, { outcome: "found", findings, durationMs }, direction);
}

/** What a guardrail saw, as the answer that it stands for. */
export function answerOf(
  { name, action, onError }: ModelGuard,
  seen: Pick<GuardVerdict, "outcome" | "findings" | "why" | "durationMs">,
  direction: GuardVerdict["direction"],
): GuardReply {
  const base = { guardrail: name, direction, ...seen };
  if (seen.outcome === "passed") return { verdict: base };
  const done = seen.outcome === "failed" ? onError : actionIn(direction, action);
  const verdict = { ...base, action: done };
  if (done === "allow" || done === "flag" || done === "redact") return { verdict };
  const kinds = (seen.findings ?? []).map(({ kind }) => kind);
  const correction = `it was judged: ${kinds.join(", ")}`;
  const stop = {
    guardrail: name,
    direction,
    action: done,
    message: describeLook(verdict),
    correction,
  };
  return { verdict, stop };
}

function isItsPlace({ places }: Judge, { messages, reply }: Subject): boolean {
  if (places === undefined) return true;
  if (reply) return places.includes(reply.toolCalls ? "toolCall" : "output");
  const there = messages.map((turn) =>
    turn.role === "tool" ? "toolResult" : "toolCalls" in turn ? "toolCall" : "input",
  );
  return there.some((place) => places.includes(place));
}

/** What the judge is asked. */
function ask({ judge, timeoutMs }: Judge, { messages, reply }: Subject): Judgement {
  const about = reply
    ? `${fence("conversation", messages)}\n${fence("reply", reply.toolCalls ?? reply.value)}`
    : fence("conversation", messages);
  const whose = reply ? "reply" : "conversation";
  const question =
    `${NOT_TO_BE_FOLLOWED}\n\n${about}\n\n` +
    `Rate the ${whose} by the rubric you were given. "score": 0, wholly against it, to 1, wholly in line with it.`;
  return { judge, output: createScoreSchema(), question, deadlineMs: timeoutMs };
}

async function rate(
  call: ModelCallDefinition,
  part: string,
  consult: GuardedStep["consult"],
): Promise<number | undefined> {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Its own schema has accepted it.
    return ((await consult(call, part)) as { readonly score: number }).score;
  } catch (error) {
    if (error instanceof RunError && error.code === "RUN_NO_CANDIDATE_LEFT") return undefined;
    if (error instanceof RunError && error.code === "RUN_GUARDRAIL_BLOCKED") return undefined;
    throw error;
  }
}
