/**
 * Says, for each member of the data form, whether runs in flight survive a change of it.
 * A replay compares commands: their order, their kind, an activity's id and type. It compares no input and no duration.
 */

import { isRecord } from "./canonical-json.ts";
import type { DeadlineJson, GraphJson, StepJson } from "./graph-json.ts";
import { isSameShape } from "./schema-shape.ts";

/** What a change does to runs that were started before it. */
export interface Verdict {
  /** False also where it cannot be known. */
  readonly safe: boolean;
  readonly why: string;
}

type Judge = (from: unknown, to: unknown) => Verdict;
type KeyOf<Union> = Union extends unknown ? keyof Union & string : never;

/** Members that hold steps or calls: these are compared inside. */
type Container = "cases" | "each" | "write" | "review";

/** Members of a step that can change, those of its deadline included. */
export type StepMember = Exclude<KeyOf<StepJson>, "id" | Container> | keyof DeadlineJson;

/** Members of the graph itself that can change. */
export type GraphMember = Exclude<keyof GraphJson, "format" | "steps">;

function safe(why: string): Verdict {
  return { safe: true, why };
}

function unsafe(why: string): Verdict {
  return { safe: false, why };
}

/** A step was added or removed. */
export const STEPS_DIFFER = unsafe(
  "A run that is past this place has commands on record that do not fit the steps there are now.",
);
/** A step has another place among its neighbours. */
export const ORDER_DIFFERS = unsafe(
  "Steps that start at the same moment give their commands in the order of the graph.",
);
/** A branch has got or lost a case. */
export const CASES_DIFFER = unsafe(
  'A replay asks "on" again, which may name another case than the one whose commands are on record.',
);

const TIME = safe("A replay compares no durations. What already runs keeps the one it was given.");
const VALUE = unsafe(
  "A run that already took the old value replays with the new one, which may lead a later callback elsewhere.",
);
const WAITING = unsafe(
  "A run that is past this step has recorded whether it waited here, and with a timer or without.",
);

const BUDGET = unsafe(
  "A replay reserves and settles again: with another limit it may stop where the run went on.",
);

/** The verdict on a change of the graph itself, by member. */
export const GRAPH_JUDGES: { readonly [Member in GraphMember]: Judge } = {
  id: () => unsafe("Temporal finds the workflow of a run by the graph's id."),
  version: () => safe("The version is a label."),
  input: schema("A replay parses the run's recorded input again."),
  deadlineMs: () => TIME,
  budget: () => BUDGET,
};

/** The verdict on a change of a step, by member. */
export const STEP_JUDGES: { readonly [Member in StepMember]: Judge } = {
  kind: () => unsafe("Another kind of step gives other commands."),
  needs: () =>
    unsafe("Needs decide in which order commands are given, even where only their order changes."),
  models: () =>
    safe("A recorded route is not decided again; steps that come later take the new one."),
  guard: () => unsafe("A guardrail that asks a model is an activity of its own."),
  output: schema(
    "A replay parses recorded replies again; one that no longer fits is a failed attempt.",
  ),
  deadlineMs: () => TIME,
  settings: () =>
    unsafe("A replay decides again which failures are tried again and what a budget allows."),
  budget: () => BUDGET,
  hasRoutingKey: () =>
    safe("A recorded route is not decided again; steps that come later go by the new key."),
  of: () =>
    unsafe("Whether there is something to report decides whether an activity is on record."),
  remindEveryMs: () => unsafe("Each reminder is a timer on record."),
  tools: judgeTools,
  maxToolRounds: judgeToolRounds,
  maxRounds: () =>
    unsafe(
      "With fewer a replay stops before recorded rounds; with more it goes on where the run went past.",
    ),
  concurrency: () =>
    unsafe("It decides how many items start together, and so the order of commands."),
  onItemFailure: () => unsafe("Later callbacks would see another value in a replay."),
  decision: schema("A replay parses recorded decisions again."),
  deadline: () => WAITING,
  timeoutMs: () => TIME,
  onTimeout: () => VALUE,
  otherwise: (from, to) => (isRecord(from) && isRecord(to) ? VALUE : WAITING),
  durationMs: (from, to) =>
    typeof from === "number" && typeof to === "number"
      ? TIME
      : unsafe("A timer and an event give different commands."),
  event: schema("A replay parses recorded events again."),
  tool: () => unsafe("The tool's name is the type of the activity, which a replay compares."),
  graph: () => unsafe("The graph's id is the type of the child workflow, which a replay compares."),
  version: () => safe("A sub-graph is a run of its own."),
};

function schema(why: string): Judge {
  return (from, to) =>
    isRecord(from) && isRecord(to) && isSameShape(from, to)
      ? safe("Only texts changed, such as descriptions: the same values fit.")
      : unsafe(`${why} Whether all of them fit the new schema is not known.`);
}

function judgeTools(from: unknown, to: unknown): Verdict {
  const isKept =
    Array.isArray(from) && Array.isArray(to) && from.every((tool) => to.includes(tool));
  return isKept
    ? safe("Recorded replies say which tools were called, and none was taken away.")
    : unsafe("A recorded reply may call the tool that was taken away.");
}

function judgeToolRounds(from: unknown, to: unknown): Verdict {
  const isRaised = typeof from === "number" && typeof to === "number" && to > from;
  return isRaised
    ? safe("Recorded rounds stay within the limit.")
    : unsafe("A run may have recorded more rounds than are allowed now.");
}
