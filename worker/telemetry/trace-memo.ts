/** The place of whoever starts a run, for its memo. */

import { context, propagation } from "@opentelemetry/api";
import { TRACE_MEMO, type TraceLink } from "../../graph/trace-memo.ts";

/** Empty: nothing is traced here. */
export function traceMemo(): Readonly<Partial<Record<typeof TRACE_MEMO, TraceLink>>> {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  const { traceparent, tracestate } = carrier;
  if (traceparent === undefined) return {};
  return { [TRACE_MEMO]: { traceparent, ...(tracestate && { tracestate }) } };
}
