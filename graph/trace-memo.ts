/** Where a run keeps the trace that it belongs to: read from the run, it leads to its trace. */

/** Of whoever starts a run. */
export const TRACE_MEMO = "SignalboxTrace";

/** The header of what workers start. Temporal's own tracing of all languages uses it, for the same form. */
export const TRACE_HEADER = "_tracer-data";

/** As W3C's headers of the same names. @see https://www.w3.org/TR/trace-context/ */
export interface TraceLink {
  readonly traceparent: string;
  readonly tracestate?: string;
}
