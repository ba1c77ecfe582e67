/** What the Temporal UI shows of a run beside its history: progress, cost, fallbacks, and who is waited for. Markdown. Pure. */

import { formatNanoUsd } from "../graph/money.ts";
import type { RunCost, RunState } from "./queries.ts";
import type { StepState } from "./run-record.ts";

/** The UI shows no more than a screenful. */
const MOST_STEPS = 20;

/** Never holds a prompt, a reply or what a person is shown: details are not encrypted like payloads. */
export function describeProgress(state: RunState, cost: RunCost): string {
  return [
    headline(state),
    ...describeWaiting(state),
    describeCost(cost),
    ...describeModels(cost),
    "",
    ...describeSteps(state.steps),
  ].join("\n");
}

function headline({ graph, version, steps }: RunState): string {
  const count = (status: StepState["status"]): number =>
    steps.filter((step) => step.status === status).length;
  const parts = [
    `${count("completed")} done`,
    `${count("running")} going on`,
    ...(count("failed") > 0 ? [`${count("failed")} failed`] : []),
  ];
  const name = version === undefined ? `**${graph}**` : `**${graph}** version ${version}`;
  return `${name}: steps ${parts.join(", ")}.`;
}

function describeWaiting({ waiting }: RunState): readonly string[] {
  if (waiting.length === 0) return [];
  const lines = waiting.slice(0, MOST_STEPS).map(({ kind, step, since, until, reminders }) => {
    const what = kind === "approval" ? "a decision" : "an event";
    const reminded = reminders > 0 ? `, reminded ${reminders} times` : "";
    return `- \`${step}\`: ${what}, since ${minute(since)}, until ${minute(until)}${reminded}`;
  });
  return ["", "**Waiting for**", ...lines, ""];
}

function describeCost(cost: RunCost): string {
  const { spentNanoUsd, wastedNanoUsd, mayBeBilledNanoUsd, callsWithoutPrice, left } = cost;
  const parts = [
    `${formatNanoUsd(spentNanoUsd)} USD spent`,
    ...(wastedNanoUsd > 0 ? [`${formatNanoUsd(wastedNanoUsd)} of it on calls that failed`] : []),
    ...(mayBeBilledNanoUsd > 0
      ? [`${formatNanoUsd(mayBeBilledNanoUsd)} of it at most, for calls that were cut off`]
      : []),
    ...(callsWithoutPrice > 0 ? [`${callsWithoutPrice} calls without a known price`] : []),
    ...(left?.usd === undefined ? [] : [`${formatNanoUsd(left.usd)} USD left`]),
  ];
  return `Cost: ${parts.join(", ")}.`;
}

function describeModels({ attempts, failures, fallbacks, models }: RunCost): readonly string[] {
  if (attempts === 0) return [];
  const answered = models.length > 0 ? ` Answered by ${models.join(", ")}.` : "";
  return [
    `Attempts: ${attempts}, ${failures} failed, ${fallbacks} steps by a fallback.${answered}`,
  ];
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
    ...(more > 0 ? ["", `and ${more} more, done.`] : []),
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
