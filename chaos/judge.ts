/** Reads the evidence: what was lost, wrong, done again, paid twice or passed. Pure. */

import { isDeepStrictEqual } from "node:util";
import type { Attempt } from "signalbox/client";
import { callName, type Arrival } from "./bills.ts";
import { attemptsOf, billsOf, type Evidence, type Execution, type Outcome } from "./evidence.ts";

/** What is found wrong, by name; each entry says where. All are to be empty. */
export type Findings = Readonly<Record<FindingName, readonly string[]>>;

export const FINDINGS = {
  lost: "runs lost",
  doubled: "runs started twice",
  wrong: "wrong results",
  doneAgain: "completed steps executed again",
  paidTwice: "calls paid twice",
  notOnRecord: "bills that are not on record",
  passed: "budgets passed",
  notInTrail: "audit records missing",
  trailBroken: "audit records that are there twice, or do not belong",
} as const;

export type FindingName = keyof typeof FINDINGS;

export function judge(evidence: Evidence): Findings {
  const { outcomes, knownRuns } = evidence;
  const each = (find: (outcome: Outcome) => readonly string[]): readonly string[] =>
    outcomes.flatMap((outcome) =>
      find(outcome).map((what) => `${outcome.driven.run.name} (${outcome.driven.id}): ${what}`),
    );
  const more = Math.max(0, knownRuns - outcomes.length);
  return {
    lost: each(findLost),
    doubled: [
      ...each(({ driven }) => driven.otherIds.map((id) => `also started as ${id}`)),
      ...(more > 0 ? [`Temporal knows ${more} runs more than were asked for`] : []),
    ],
    wrong: each(findWrong),
    doneAgain: each(({ executions }) => executions.flatMap(findDoneAgain)),
    paidTwice: each((outcome) => findPaidTwice(outcome, evidence)),
    notOnRecord: each((outcome) => findNotOnRecord(outcome, evidence)),
    passed: each((outcome) => findPassed(outcome, evidence)),
    notInTrail: each((outcome) => findNotInTrail(outcome, evidence)),
    trailBroken: evidence.trail.faults,
  };
}

function findLost({ driven, executions }: Outcome): readonly string[] {
  const [own] = executions;
  if (own === undefined) return ["nobody knows it"];
  if (own.run.status === "running") return ["it has not ended"];
  return driven.hasEnded ? [] : ["it has ended, and who follows it was not told"];
}

function findWrong(outcome: Outcome): readonly string[] {
  const { driven, executions } = outcome;
  const [own] = executions;
  if (own === undefined || own.run.status === "running") return [];
  const { expected, stopsAtBudget } = driven.run;
  const { status, result, error } = own.run;
  if (status === "completed") {
    if (stopsAtBudget === "must") return ["it completed, and its budget has no room for that"];
    if (isDeepStrictEqual(result, expected)) return [];
    return [`it gave ${JSON.stringify(result)} in place of ${JSON.stringify(expected)}`];
  }
  if (error?.code === "RUN_BUDGET_EXCEEDED") {
    if (stopsAtBudget === "must") return [];
    // Calls of which nobody knows the end count as well.
    const isExplained = attemptsOf(outcome).some(({ attempt }) => attempt.mayBeBilled);
    if (stopsAtBudget === "may" && isExplained) return [];
  }
  return [`it ended as ${status}: ${error?.code} ${error?.message}`];
}

/** Looks for a call of a step that was asked for after the step had its answer. */
function findDoneAgain({ run, history }: Execution): readonly string[] {
  const planned = new Set(run.attempts.filter(({ plan }) => plan).map(({ step }) => step));
  const ids = new Map<number, string>();
  const answered = new Set<string>();
  const found: string[] = [];
  for (const event of history.events ?? []) {
    const { activityTaskScheduledEventAttributes: asked } = event;
    const { activityTaskCompletedEventAttributes: completed } = event;
    if (asked?.activityId) {
      const step = asked.activityId.replace(/#[^#]*$/, "");
      // Going up a cascade is no repetition: of that, only one reply may be used.
      if (answered.has(step) && !planned.has(step)) found.push(`"${step}" was asked for again`);
      if ([...ids.values()].includes(asked.activityId)) found.push(`two of "${asked.activityId}"`);
      ids.set(Number(event.eventId), asked.activityId);
    }
    if (completed) {
      answered.add(ids.get(Number(completed.scheduledEventId))?.replace(/#[^#]*$/, "") ?? "");
    }
  }
  return [...found, ...findUsedTwice(run.attempts)];
}

function findUsedTwice(attempts: readonly Attempt[]): readonly string[] {
  const used = attempts
    .filter(({ status, isUsed }) => status === "completed" && isUsed !== false)
    .map(({ step }) => step);
  return used
    .filter((step, index) => used.indexOf(step) !== index)
    .map((step) => `two answers of "${step}" were used`);
}

/** Looks for calls that were made although the reply to an earlier one had been kept, and for keys that were billed twice. */
function findPaidTwice(outcome: Outcome, { bills, keptAt }: Evidence): readonly string[] {
  const cascades = new Set(
    attemptsOf(outcome)
      .filter(({ attempt }) => attempt.plan)
      .map(({ call }) => call),
  );
  const calls = new Map<string, Arrival[]>();
  const found: string[] = [];
  for (const bill of billsOf(outcome, bills)) {
    const { marker, service, model, key } = bill;
    // The rungs of a cascade are asked the same, each once.
    const name = callName(marker, cascades.has(marker.call) ? `${service}/${model}` : "");
    const before = calls.get(name) ?? [];
    for (const earlier of before) {
      const kept = keptAt(earlier.key);
      if (kept !== undefined && kept < bill.at) found.push(`${name}, ${bill.at - kept} ms late`);
      if (service === "keyed" && earlier.key === key) found.push(`${name}, under the same key`);
    }
    calls.set(name, [...before, bill]);
  }
  return found;
}

/** Looks for bills of which the history knows nothing: each has to be that of a reply, or of an attempt that may be billed. */
function findNotOnRecord(outcome: Outcome, { bills }: Evidence): readonly string[] {
  const onRecord = new Map<string, number>();
  for (const { call, attempt } of attemptsOf(outcome)) {
    if (!mayHaveCost(attempt)) continue;
    const name = callName({ run: outcome.driven.run.name, call }, attempt.model);
    onRecord.set(name, (onRecord.get(name) ?? 0) + 1);
  }
  const billed = new Map<string, number>();
  for (const { marker, service, model } of billsOf(outcome, bills)) {
    const name = callName(marker, `${service}/${model}`);
    billed.set(name, (billed.get(name) ?? 0) + 1);
  }
  const calls = [...billed].flatMap(([name, count]) => {
    const known = onRecord.get(name) ?? 0;
    return count > known ? [`${name}: billed ${count} times, on record ${known} times`] : [];
  });
  return [...calls, ...findAboveRecord(outcome, billsOf(outcome, bills))];
}

/** Of one that is still running when its run ends nobody is told; what it may cost is held. */
function mayHaveCost({ status, costNanoUsd, mayBeBilled }: Attempt): boolean {
  return status !== "failed" || costNanoUsd !== undefined || mayBeBilled === true;
}

function findAboveRecord(outcome: Outcome, billed: readonly Arrival[]): readonly string[] {
  const attempts = attemptsOf(outcome).map(({ attempt }) => attempt);
  if (attempts.some(({ status }) => status === "running")) return [];
  const recorded = sum(attempts.map(({ costNanoUsd = 0 }) => costNanoUsd));
  const cost = costOf(billed);
  return cost > recorded ? [`billed ${cost}, on record ${recorded} nano-dollars`] : [];
}

function findPassed(outcome: Outcome, { bills }: Evidence): readonly string[] {
  const { budget = {} } = outcome.driven.run;
  const { calls = Infinity, nanoUsd = Infinity } = budget;
  const billed = billsOf(outcome, bills);
  const spent = outcome.executions[0]?.run.spentNanoUsd ?? 0;
  return [
    ...(billed.length > calls ? [`${billed.length} calls billed of ${calls}`] : []),
    ...(costOf(billed) > nanoUsd ? [`${costOf(billed)} nano-dollars billed of ${nanoUsd}`] : []),
    ...(spent > nanoUsd ? [`${spent} nano-dollars on record of ${nanoUsd}`] : []),
  ];
}

function findNotInTrail({ executions }: Outcome, { trail }: Evidence): readonly string[] {
  return executions
    .flatMap(({ recordIds }) => recordIds)
    .filter((id) => !trail.ids.has(id))
    .map((id) => `no record ${id}`);
}

function costOf(bills: readonly Arrival[]): number {
  return sum(bills.map(({ costNanoUsd }) => costNanoUsd));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
