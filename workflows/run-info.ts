/** What a run is told besides its input: the second argument of every workflow that is a graph. */

/** `SignalboxClient` always sends it; a run started otherwise, as from the Temporal UI, begins without. */
export interface RunInfo {
  /** The version of the graph that the run stays on. */
  readonly version: string;
  /** Of the graph as its starter had it. */
  readonly fingerprint: string;
  /** Default: `"default"`. */
  readonly workspace?: string;
}
