/** What the Temporal UI shows of a run beside its history: progress, cost, fallbacks, and who is waited for. Markdown. Pure. */

import { BUDGET_LIMITS, describeAmount } from "../graph/budget.ts";
import { countOf } from "../graph/count.ts";
import { formatNanoUsd } from "../graph/money.ts";
import type { RunCost, RunState } from "./queries.ts";
import type { Attempt, StepState } from "./run-record.ts";

/** The UI shows no more than a screenful. */
const MOST_STEPS = 20;
const MOST_FAILURES = 5;

/** Never holds a prompt, a reply or what a person is shown: details are not encrypted like payloads. */
export function describeProgress(
  state: RunState,
  cost: RunCost,
  attempts: readonly Attempt[] = [],
): string {
  return [
    headline(state),
    ...describeWaiting(state),
    describeCost(cost),
    ...describeModels(cost),
    "",
    ...describeFailures(attempts),
    ...describeSteps(state.steps),
  ].join("\n");
}

/** Stands where Temporal keeps a text until somebody asks for it, as JSON, and is made only then. */
export function textWhenAsked(make: () => string): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- For whoever reads it, it is one.
  return { toJSON: make, toString: make } as unknown as string;
}

function headline({ graph, version, steps }: RunState): string {
  const count = (status: StepState["status"]): number =>
    steps.filter((step) => step.status === status).length;
  const [done, running, failed] = [count("completed"), count("running"), count("failed")];
  const parts = [
    `${countOf(done, "step")} done`,
    ...(running > 0 ? [`${running} going on`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const name = version === undefined ? `**${graph}**` : `**${graph}** version ${version}`;
  return `${name}: ${parts.join(", ")}.`;
}

function describeWaiting({ waiting }: RunState): readonly string[] {
  if (waiting.length === 0) return [];
  const lines = waiting.slice(0, MOST_STEPS).map(({ kind, step, since, until, reminders }) => {
    const what = kind === "approval" ? "a decision" : "an event";
    const reminded = reminders > 0 ? `, reminded ${countOf(reminders, "time")}` : "";
    return `- \`${step}\`: ${what}, since ${minute(since)}, until ${minute(until)}${reminded}`;
  });
  const more = waiting.length - lines.length;
  return ["", "**Waiting for**", "", ...lines, ...(more > 0 ? [`- and ${more} more`] : []), ""];
}

function describeCost(cost: RunCost): string {
  const { spentNanoUsd, wastedNanoUsd, unusedNanoUsd, mayBeBilledNanoUsd } = cost;
  const { callsWithoutPrice, left } = cost;
  const parts = [
    `${formatNanoUsd(spentNanoUsd)} USD spent`,
    ...(wastedNanoUsd > 0 ? [`${formatNanoUsd(wastedNanoUsd)} of it on calls that failed`] : []),
    ...(unusedNanoUsd > 0
      ? [`${formatNanoUsd(unusedNanoUsd)} of it on replies that were not used`]
      : []),
    ...(mayBeBilledNanoUsd > 0
      ? [`${formatNanoUsd(mayBeBilledNanoUsd)} of it at most, for calls that were cut off`]
      : []),
    ...(callsWithoutPrice > 0
      ? [`${countOf(callsWithoutPrice, "call")} without a known price`]
      : []),
    ...describeLeft(left),
  ];
  return `Cost: ${parts.join(", ")}.`;
}

function describeLeft(left: RunCost["left"] = {}): readonly string[] {
  return BUDGET_LIMITS.flatMap((limit) => {
    const amount = left[limit];
    return amount === undefined ? [] : [`${describeAmount(limit, amount)} left`];
  });
}

function describeModels({ attempts, failures, fallbacks, models }: RunCost): readonly string[] {
  if (attempts === 0) return [];
  const failed = failures > 0 ? `, ${failures} failed` : "";
  const byFallback = fallbacks > 0 ? `, ${countOf(fallbacks, "step")} answered by a fallback` : "";
  const answered = models.length > 0 ? ` Answered by ${models.join(", ")}.` : "";
  return [`${countOf(attempts, "attempt")}${failed}${byFallback}.${answered}`];
}

/** The steps with failed calls, newest first: which model failed how, and which answered in the end. */
function describeFailures(attempts: readonly Attempt[]): readonly string[] {
  const steps = new Set(
    attempts.filter(({ status }) => status === "failed").map(({ step }) => step),
  );
  const newest = [...steps].toReversed();
  const lines = newest.slice(0, MOST_FAILURES).map((step) => {
    const calls = attempts
      .filter((attempt) => attempt.step === step)
      .map((attempt) => `${attempt.model} ${describeEnd(attempt)}`);
    return `- \`${step}\`: ${calls.join(", then ")}`;
  });
  const more = steps.size - lines.length;
  if (lines.length === 0) return [];
  return ["**Failed calls**", "", ...lines, ...(more > 0 ? [`- and ${more} more`] : []), ""];
}

function describeEnd({ status, kind, isUsed }: Attempt): string | undefined {
  if (status === "completed" && isUsed === false) return "not used";
  return status === "failed" ? kind : status;
}

function describeSteps(steps: readonly StepState[]): readonly string[] {
  // What goes on and what failed is worth more than what is done.
  const shown = [
    ...steps.filter(({ status }) => status !== "completed"),
    ...steps.filter(({ status }) => status === "completed").toReversed(),
  ].slice(0, MOST_STEPS);
  if (shown.length === 0) return [];
  const rows = shown.map(
    ({ step, kind, status }) => `| \`${step}\` | ${kind} | ${WORDS[status]} |`,
  );
  const more = steps.length - shown.length;
  return [
    "| step | verb | |",
    "| --- | --- | --- |",
    ...rows,
    ...(more > 0 ? ["", `and ${more} more.`] : []),
  ];
}

const WORDS: Readonly<Record<StepState["status"], string>> = {
  running: "going on",
  completed: "done",
  failed: "**failed**",
};

/** Of a moment in ISO 8601: to the minute. */
function minute(moment: string): string {
  return `${moment.slice(0, 16).replace("T", " ")} UTC`;
}
