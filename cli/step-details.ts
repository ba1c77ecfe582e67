/** What there is to say of one step beyond its line: what failed, what guardrails found, who is waited for. Pure. */

import type { Attempt, WaitingStep } from "../client/run.ts";
import { countOf } from "../graph/count.ts";
import { formatMoment, formatMs } from "./amounts.ts";
import type { Paint } from "./colours.ts";
import { oneLine, showValue } from "./fit.ts";
import { markOf } from "./marks.ts";
import type { FoundStep } from "./step-tree.ts";

type GuardVerdict = NonNullable<Attempt["guards"]>[number];

/** Values of runs may be long; more of them than this is for `--json`. */
const MOST_OF_A_VALUE = 2_000;

/** A line, and what it may be painted in once it fits: cutting colours through would spoil them. */
export interface Detail {
  readonly mark?: string;
  readonly text: string;
  /** Never cut: to be copied. */
  readonly isCommand?: true;
}

export function describeDetails(
  { run, attempts, waiting }: FoundStep,
  paint: Paint,
): readonly Detail[] {
  return [
    ...attempts.flatMap((attempt) => describeAttempt(attempt, paint)),
    ...attempts.flatMap((attempt) => describeFindings(attempt, paint)),
    ...(waiting === undefined ? [] : describeWaiting(run, waiting)),
  ];
}

/** Nothing of the answer that the step went on with: its own line tells. */
function describeAttempt(attempt: Attempt, paint: Paint): readonly Detail[] {
  const { status, model, isUsed, rejected } = attempt;
  if (status === "failed" || status === "cancelled") {
    return [{ mark: markOf(status, paint), text: `${model}  ${describeFailure(attempt)}` }];
  }
  if (status === "completed" && isUsed === false) {
    const why = rejected === undefined ? "" : `: ${oneLine(rejected)}`;
    return [{ mark: paint("dim", "○"), text: `${model}  answered, not used${why}` }];
  }
  return [];
}

/** Such as `bad_request, HTTP 400, after 1.2 s: The model does not exist`. */
export function describeFailure(attempt: Attempt): string {
  const { status, kind = status, httpStatus, durationMs, tries, notCalled, message } = attempt;
  const facts = [
    notCalled ? `${kind}, not called` : kind,
    httpStatus !== undefined && `HTTP ${httpStatus}`,
    durationMs !== undefined && !notCalled && `after ${formatMs(durationMs)}`,
    tries > 1 && `${tries} tries`,
  ];
  const what = facts.filter((fact) => fact !== false).join(", ");
  return message === undefined || message === kind ? what : `${what}: ${oneLine(message)}`;
}

function describeFindings({ guards = [] }: Attempt, paint: Paint): readonly Detail[] {
  return guards.flatMap(({ guardrail, direction, outcome, action, findings = [], why }) => {
    if (outcome === "passed") return [];
    const where = direction === "input" ? "the prompt" : "the reply";
    const found = findings.map(({ kind, count }) => `${count} ${kind}`).join(", ");
    const what = outcome === "found" ? `found ${found || "something"}` : "could not tell";
    const done = action === undefined ? "" : `, ${DONE[action]}`;
    const text = `guardrail ${guardrail} ${what} in ${where}${done}${why ? `: ${oneLine(why)}` : ""}`;
    return [{ mark: paint("yellow", "▲"), text }];
  });
}

type Done = NonNullable<GuardVerdict["action"]>;

const DONE: Readonly<Record<Done, string>> = {
  block: "blocked",
  redact: "redacted",
  flag: "flagged",
  retry: "asked again",
  fallback: "next model",
  escalate: "a person is asked",
  allow: "let pass",
};

/** What waits, and how to go on with it. */
export function describeWaiting(run: string, waiting: WaitingStep): readonly Detail[] {
  const { step, since, until, reminders = 0, show } = waiting;
  const reminded = reminders > 0 ? `, reminded ${countOf(reminders, "time")}` : "";
  const deadline = until === undefined ? "" : `, until ${formatMoment(until)}`;
  return [
    { text: `waits since ${formatMoment(since)}${deadline}${reminded}` },
    ...(show === undefined || show === null
      ? []
      : [{ text: `shows ${showValue(show, MOST_OF_A_VALUE)}` }]),
    { text: commandFor(run, waiting), isCommand: true },
    ...(step.endsWith("$budget") ? [{ text: RAISE }] : []),
  ];
}

/** The budget's question is none of the graph's own: its author has not said what an answer looks like. */
const RAISE = `a yes says by how much: {"raise": true, "usd": 0.5}; a no is {"raise": false}`;

/** What somebody types to go on with a step that waits. */
export function commandFor(
  run: string,
  { kind, step }: Pick<WaitingStep, "kind" | "step">,
): string {
  const [command, option] = kind === "approval" ? ["approve", "--decision"] : ["send", "--event"];
  return `signalbox ${command} ${quote(run)} ${quote(step)} ${option} JSON`;
}

/** As a shell takes it: `files[2]/check` and `$budget` mean something else to it. */
export function quote(word: string): string {
  return /^[\w./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
