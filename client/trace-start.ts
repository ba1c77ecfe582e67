/** The span of a start, and what of it a run keeps: below it hangs all that the run does. Costs nothing where nothing is traced. */

import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { TRACE_MEMO, type TraceLink } from "../graph/trace-memo.ts";

/** What is started. */
export interface StartPlace {
  readonly run: string;
  readonly graph: string;
  readonly workspace?: string | undefined;
}

/** Memo for the run that is started. Empty: nothing is traced here. */
export type TraceMemo = Readonly<Partial<Record<typeof TRACE_MEMO, TraceLink>>>;

/** Does `start` inside a span, which is below that of whoever asks. */
export async function traceStart(
  { run, graph, workspace }: StartPlace,
  start: (memo: TraceMemo) => Promise<void>,
): Promise<void> {
  const attributes = {
    "signalbox.run.id": run,
    "signalbox.graph": graph,
    ...(workspace !== undefined && { "signalbox.workspace": workspace }),
  };
  const span = trace
    .getTracer("signalbox")
    .startSpan(`start ${graph}`, { kind: SpanKind.PRODUCER, attributes });
  try {
    await start(memoOf(trace.setSpan(context.active(), span)));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "Error";
    span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute("error.type", code);
    throw error;
  } finally {
    span.end();
  }
}

function memoOf(of: ReturnType<typeof context.active>): TraceMemo {
  const carrier: Record<string, string> = {};
  propagation.inject(of, carrier);
  const { traceparent, tracestate } = carrier;
  if (traceparent === undefined) return {};
  return { [TRACE_MEMO]: { traceparent, ...(tracestate && { tracestate }) } };
}
