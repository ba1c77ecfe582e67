/** What can be asked of a run while it goes on and after it has ended, by the names a Temporal query takes. */

import type { Amounts } from "../graph/budget.ts";
import type { GraphJson } from "../graph/graph-json.ts";
import type { PartPlace } from "../graph/part-place.ts";
import type { OpenStep } from "./mailbox.ts";
import type { Attempt, Decision, StepState, Totals } from "./run-record.ts";

/** A part of a map that is in flight. */
export interface OpenPart extends PartPlace {
  /** Its workflow id. */
  readonly id: string;
}

/** `state`: where a run stands. What its parts do, they tell themselves. */
export interface RunState {
  /** The graph's id; for a hand-written workflow its type. */
  readonly graph: string;
  /** Absent for a hand-written workflow. */
  readonly version?: string;
  /** In the order in which they began. */
  readonly steps: readonly StepState[];
  /** The steps that wait for somebody, in the order in which they began to. */
  readonly waiting: readonly OpenStep[];
  /** What was decided and what came, in the order in which it did. */
  readonly decisions: readonly Decision[];
  /** In the order in which they began. Absent: there are none. */
  readonly parts?: readonly OpenPart[];
}

/** `cost`: what a run has used up so far. */
export interface RunCost extends Totals {
  /** Held for calls in flight: USD in 10⁻⁹, seconds in milliseconds. */
  readonly held: Amounts;
  /** What is left of the budget, in the same units. Absent: no limit applies. */
  readonly left?: Partial<Amounts>;
}

/** The answer of each query. */
export interface RunQueries {
  readonly state: () => RunState;
  /** In the order in which they began. */
  readonly attempts: () => readonly Attempt[];
  readonly cost: () => RunCost;
  /** The data form of the version that runs. Hand-written workflows have none. */
  readonly graph: () => GraphJson | undefined;
}
