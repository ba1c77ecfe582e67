/** The record of a run as it is handed on to the next execution: sums stay exact, and of the rest the newest is kept. Pure. */

import { carryValue, readCarried } from "./carried-value.ts";
import type { Attempt, Decision, StepState, Totals } from "./run-record.ts";
import { addTotals, addUp } from "./totals.ts";

/** Plain JSON. */
export interface CarriedRecord {
  /** The newest. */
  readonly attempts: readonly Attempt[];
  /** Those that go on, and the newest of the others. */
  readonly steps: readonly StepState[];
  /** The newest, with values as `carryValue` writes them. */
  readonly decisions: readonly Decision[];
  /** Of steps that may still be asked about, by path. */
  readonly answers: Readonly<Record<string, string>>;
  /** Of the attempts that are not among those above. */
  readonly older: Totals;
  /** Of the sub-graphs that have ended. */
  readonly subs: Totals;
}

type WholeRecord = Omit<CarriedRecord, "answers"> & {
  readonly answers: ReadonlyMap<string, string>;
};

/** The steps that are done, by path; those inside of others that are done are none of them. */
export type DoneSteps = ReadonlySet<string>;

/** What the UI and queries show of a run is its latest; all of it is in the histories. */
const MOST_ATTEMPTS = 200;
const MOST_STEPS = 500;
const MOST_DECISIONS = 500;

export function carryRecord(record: WholeRecord, done: DoneSteps): CarriedRecord {
  const { attempts, steps, decisions, answers, older, subs } = record;
  const cut = findCut(attempts, attempts.length - MOST_ATTEMPTS);
  return {
    attempts: attempts.slice(cut),
    older: addTotals(older, addUp(attempts.slice(0, cut))),
    subs,
    steps: newestSteps(steps),
    decisions: decisions.slice(-MOST_DECISIONS).map(carryDecision),
    answers: Object.fromEntries([...answers].filter(([step]) => done.has(step))),
  };
}

/** Reads what {@link carryRecord} made of a decision. */
export function readDecision(carried: Decision): Decision {
  return { ...carried, value: readCarried(carried.value) };
}

/** A value that cannot be handed on is left out: the history has it. */
function carryDecision(decision: Decision): Decision {
  const carried = carryValue(decision.value);
  return { ...decision, value: carried.ok ? carried.json : null };
}

/** At most so many attempts to part from the rest, so that no step has some on both sides: steps are counted too. */
function findCut(attempts: readonly Attempt[], most: number): number {
  const last = new Map(attempts.map(({ step }, index) => [step, index]));
  let cut = 0;
  let reach = -1;
  for (let index = 0; index < most; index++) {
    reach = Math.max(reach, last.get(attempts[index]?.step ?? "") ?? index);
    if (reach === index) cut = index + 1;
  }
  return cut;
}

function newestSteps(steps: readonly StepState[]): readonly StepState[] {
  const ended = steps.filter(({ status }) => status !== "running");
  const shown = new Set(ended.slice(-MOST_STEPS));
  return steps.filter((state) => state.status === "running" || shown.has(state));
}
