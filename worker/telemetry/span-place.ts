/** Where a span that comes out of Temporal belongs, by the header that the workflow sent along. */

import {
  createTraceState,
  ROOT_CONTEXT,
  trace,
  type Context,
  type SpanContext,
} from "@opentelemetry/api";
import { defaultPayloadConverter, type Headers } from "@temporalio/common";
import { TRACE_HEADER } from "../../graph/trace-memo.ts";
import { parseTraceparent } from "../../graph/traceparent.ts";
import type { RunTrace } from "../../workflows/tracing/span-data.ts";
import type { TraceHeader } from "../../workflows/tracing/trace-header.ts";
import type { Tracing } from "./open-tracing.ts";
import { idOfStepSpan } from "./span-ids.ts";

type KnownParent = Pick<RunTrace, "traceId" | "flags" | "state"> & { readonly spanId: string };

/** The place below a span that another process made, or will make. */
export function below({ traceId, spanId, flags, state }: KnownParent, tracing: Tracing): Context {
  const spanContext: SpanContext = {
    traceId,
    spanId,
    traceFlags: flags === undefined ? decideOnce(traceId, tracing) : Number.parseInt(flags, 16),
    isRemote: true,
    ...(state !== undefined && { traceState: createTraceState(state) }),
  };
  return trace.setSpanContext(ROOT_CONTEXT, spanContext);
}

/** The place of an activity. `undefined`: its workflow is not traced. */
export function placeOfActivity(headers: Headers, tracing: Tracing): Context | undefined {
  const payload = headers[TRACE_HEADER];
  if (payload === undefined) return undefined;
  const header = defaultPayloadConverter.fromPayload<Partial<TraceHeader>>(payload);
  const parent = parseTraceparent(header.traceparent);
  if (parent === undefined) return undefined;
  const { traceId, spanId, flags } = parent;
  const step = header["signalbox-step"];
  const known = {
    traceId,
    spanId: step === undefined ? spanId : idOfStepSpan(spanId, step),
    ...(header["signalbox-root"] === undefined && { flags }),
    ...(header.tracestate !== undefined && { state: header.tracestate }),
  };
  return below(known, tracing);
}

/** What the sampler says of a trace that begins here: the same in every process, as it goes by the trace's id. Nothing is sent. */
function decideOnce(traceId: string, tracing: Tracing): number {
  const span = tracing.startKnown("decide", {}, { traceId, spanId: traceId.slice(16) });
  return span.spanContext().traceFlags;
}
