/** What travels in the headers of activities and child workflows, so that their spans find their place. Plain data. */

import type { TraceLink } from "../../graph/trace-memo.ts";

/** Temporal's own tracing of all languages uses it, for the same form. */
export const TRACE_HEADER = "_tracer-data";

/** `traceparent` names the span of the run. */
export interface TraceHeader extends TraceLink {
  /** The step, by its path, that the call belongs to. Absent: the run itself. */
  readonly "signalbox-step"?: string;
  /** Nobody has decided yet whether the trace is sampled: it begins with the run. */
  readonly "signalbox-root"?: "1";
  /** Of a part of a map: it has the run's span, not one of its own. */
  readonly "signalbox-part"?: "1";
}

/** A `traceparent`, read. */
export interface ParsedParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** 2 hexadecimal digits. */
  readonly flags: string;
}

const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/;

/** `undefined`: it is none. */
export function parseTraceparent(text: unknown): ParsedParent | undefined {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(String(text)) ?? [];
  return /[^0]/.test(traceId) && /[^0]/.test(spanId) ? { traceId, spanId, flags } : undefined;
}

export function formatTraceparent({ traceId, spanId, flags }: ParsedParent): string {
  return `00-${traceId}-${spanId}-${flags}`;
}
