/** Finds the trace that a run belongs to. */

import { TRACE_HEADER, TRACE_MEMO } from "../../graph/trace-memo.ts";
import { parseTraceparent } from "../../graph/traceparent.ts";
import {
  decodePayload,
  readPlainJson,
  type HistoryEvent,
  type LoadedDataConverter,
} from "./history-event.ts";

/**
 * 32 hexadecimal digits. `undefined`: the event tells of none. A run is told by whoever started it, or, where that traced nothing, tells
 * what it starts itself.
 */
export async function readTraceId(
  event: HistoryEvent,
  converter: LoadedDataConverter,
): Promise<string | undefined> {
  const started = event.workflowExecutionStartedEventAttributes;
  const { header } =
    started ??
    event.activityTaskScheduledEventAttributes ??
    event.startChildWorkflowExecutionInitiatedEventAttributes ??
    {};
  // No codec encodes headers, and every codec memos.
  const memo = started?.memo?.fields?.[TRACE_MEMO];
  return (
    traceIdIn(readPlainJson(header?.fields?.[TRACE_HEADER])) ??
    (memo && traceIdIn(await decodePayload(converter, memo)))
  );
}

/** Others may have written it. */
function traceIdIn(link: unknown): string | undefined {
  const { traceparent }: { readonly traceparent?: unknown } = Object(link);
  return parseTraceparent(traceparent)?.traceId;
}
