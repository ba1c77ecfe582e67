/** What travels in the headers of activities and child workflows, so that their spans find their place. Plain data. */

import type { TraceLink } from "../../graph/trace-memo.ts";

/** `traceparent` names the span of the run. */
export interface TraceHeader extends TraceLink {
  /** The step, by its path, that the call belongs to. Absent: the run itself. */
  readonly "signalbox-step"?: string;
  /** Nobody has decided yet whether the trace is sampled: it begins with the run. */
  readonly "signalbox-root"?: "1";
  /** Of a part of a map: it has the run's span, not one of its own. */
  readonly "signalbox-part"?: "1";
}
