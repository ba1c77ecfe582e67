/** What a run is told besides its input: the second argument of every workflow that is a graph. */

import type { Amounts } from "../graph/budget.ts";
import type { PlainData } from "../graph/plain-data.ts";
import type { AccountState } from "./ledger.ts";
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
  /**
   * Set on a part: this execution runs some items of one map of the graph, and nothing else. What the map sees, as
   * `PlainData`, stands in the place of the input. Comes with `parent`.
   */
  readonly part?: PartInfo;
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

export interface PartInfo {
  /** The path of the map's step, such as `files` or `outer[3]/files`. */
  readonly map: string;
  /** The index of the first of its items. */
  readonly from: number;
  /** An array. */
  readonly items: PlainData;
  /** The accounts of what started it, from the outside in: they are the part's own while it runs. */
  readonly accounts: readonly AccountState[];
}
