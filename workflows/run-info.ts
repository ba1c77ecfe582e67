/** What a run is told besides its input: the second argument of every workflow that is a graph. */

import type { Amounts } from "../graph/budget.ts";
import type { CarriedState } from "./carried-state.ts";

/** `SignalboxClient` always sends it; a run started otherwise, as from the Temporal UI, begins without. */
export interface RunInfo {
  /** The version of the graph that the run stays on. */
  readonly version: string;
  /** Of the graph as its starter had it. */
  readonly fingerprint: string;
  /** Default: `"default"`. */
  readonly workspace?: string;
  /** Set by a graph that runs this one as a part of it: the result then comes with what it used up. */
  readonly parent?: ParentInfo;
  /** Set by an earlier execution of the same run: what it has done. */
  readonly carried?: CarriedState;
  /**
   * After how many events of its history the run continues as new. Default: when Temporal suggests it. For tests, which have no
   * time for thousands.
   */
  readonly historyLimit?: number;
}

export interface ParentInfo {
  /** What the run may use up, on top of its own budget. */
  readonly limits: Partial<Amounts>;
  readonly timeLeftMs: number;
}
