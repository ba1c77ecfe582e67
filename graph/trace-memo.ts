/** The memo in which a run keeps the trace that it belongs to: read from the run, it leads to its trace. */

export const TRACE_MEMO = "SignalboxTrace";

/** As W3C's headers of the same names. @see https://www.w3.org/TR/trace-context/ */
export interface TraceLink {
  readonly traceparent: string;
  readonly tracestate?: string;
}
