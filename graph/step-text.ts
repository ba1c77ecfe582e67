/** What a drawing says of a step besides its id and its kind: the words that all drawings share. */

import type { CallJson, DeadlineJson, StepJson } from "./graph-json.ts";

const DEFAULT_DEADLINE_MS = 60_000;
const DEFAULT_TOOL_ROUNDS = 8;
const LONGEST_VALUE = 60;

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
  ["millisecond", 1],
] as const;

/** Lines about a step, most important first. A model's name is not among them: see {@link describeModels}. */
export function describeStep(step: StepJson): readonly string[] {
  switch (step.kind) {
    case "step":
    case "maybe":
      return describeCall(step);
    case "map":
      return [
        `each, up to ${step.concurrency} at once`,
        ...(step.onItemFailure === "collect" ? ["goes on when an item fails"] : []),
      ];
    case "refine":
      return [`until accepted, at most ${step.maxRounds} ${plural("round", step.maxRounds)}`];
    case "approval":
      return [
        ...(step.otherwise ? [`otherwise: ${describeValue(step.otherwise.value)}`] : []),
        ...describeDeadline(step.deadline),
      ];
    case "wait":
      if ("durationMs" in step) return [describeDuration(step.durationMs)];
      return ["until the event", ...describeDeadline(step.deadline)];
    case "tool":
      return [step.tool, ...describeLimit(step.deadlineMs)];
    case "sub":
      return [`${step.graph}, version ${step.version}`];
    case "reward":
      return [`of ${step.of}`];
    case "branch":
    case "code":
      return [];
  }
}

/** Lines about a model call: its guardrails, tools and limits, as far as they are not the defaults. */
export function describeCall(call: CallJson): readonly string[] {
  const { guard, tools, maxToolRounds } = call;
  const rounds =
    maxToolRounds === DEFAULT_TOOL_ROUNDS
      ? ""
      : `, up to ${maxToolRounds} ${plural("round", maxToolRounds)}`;
  return [
    ...(guard.input.length > 0 ? [`input guarded by ${guard.input.join(", ")}`] : []),
    ...(guard.output.length > 0 ? [`output guarded by ${guard.output.join(", ")}`] : []),
    ...(tools.length > 0 ? [`may call ${tools.join(", ")}${rounds}`] : []),
    ...describeLimit(call.deadlineMs),
  ];
}

/** The aliases a call may use, in order of preference. */
export function describeModels({ models }: CallJson, separator: string): string {
  return models.length > 0 ? models.join(separator) : "no model named";
}

/** What stands on the edges into a step that does not always happen. */
export function describeCondition(step: StepJson): string | undefined {
  if (step.kind === "maybe") return "when";
  return step.kind === "approval" && step.otherwise ? "when" : undefined;
}

/** Milliseconds in the largest unit that gives a whole number: `"2 days"`, `"90 seconds"`. */
export function describeDuration(milliseconds: number): string {
  const [unit, unitMs] = UNITS.find(([, size]) => milliseconds % size === 0) ?? UNITS[4];
  const amount = milliseconds / unitMs;
  return `${amount} ${plural(unit, amount)}`;
}

/** A case's name as it can be shown: it may be any string. */
export function describeCase(name: string): string {
  return name.trim() === "" ? JSON.stringify(name) : name;
}

function plural(word: string, amount: number): string {
  return amount === 1 ? word : `${word}s`;
}

function describeLimit(deadlineMs: number): readonly string[] {
  return deadlineMs === DEFAULT_DEADLINE_MS ? [] : [`deadline ${describeDuration(deadlineMs)}`];
}

function describeDeadline(deadline: DeadlineJson | undefined): readonly string[] {
  if (!deadline) return [];
  return [`after ${describeDuration(deadline.timeoutMs)}: ${describeValue(deadline.onTimeout)}`];
}

/** JSON, cut where it would fill the drawing. A value that JSON does not know is none. */
function describeValue(value: unknown): string {
  const text = Array.from(JSON.stringify(value) ?? "nothing");
  return text.length > LONGEST_VALUE
    ? `${text.slice(0, LONGEST_VALUE - 1).join("")}…`
    : text.join("");
}
