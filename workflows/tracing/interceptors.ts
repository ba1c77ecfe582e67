/**
 * Temporal loads it with the graphs where traces or metrics are on, and only there: takes the trace of a run from what started it,
 * hands it on to what the run starts, and tells of the run's end.
 */

import {
  ApplicationFailure,
  ContinueAsNew,
  defaultPayloadConverter,
  isCancellation,
  TemporalFailure,
  workflowInfo,
  type Headers,
  type WorkflowInboundCallsInterceptor,
  type WorkflowInterceptors,
  type WorkflowOutboundCallsInterceptor,
} from "@temporalio/workflow";
import { CONTINUED_MEMO, readContinuedMemo } from "../../graph/continued-memo.ts";
import { nameOfPart, PART_MEMO, runOfExecution, type PartPlace } from "../../graph/part-place.ts";
import { TRACE_HEADER, TRACE_MEMO } from "../../graph/trace-memo.ts";
import { parseTraceparent } from "../../graph/traceparent.ts";
import { executionTrace, ExecutionTrace, setExecutionTrace } from "./execution-trace.ts";
import { PerExecution } from "../per-execution.ts";
import type { RunTrace } from "./span-data.ts";
import type { TraceHeader } from "./trace-header.ts";

/** In every bundle that has this module, and in no other: read by the worker. */
export const TRACED_BUNDLE = "signalbox-traced-bundle";

export function interceptors(): WorkflowInterceptors {
  return { inbound: [{ execute: traceExecution }], outbound: [OUTBOUND] };
}

/** Before everything else, and in every replay: a run is traced from its first moment. */
const traceExecution: NonNullable<WorkflowInboundCallsInterceptor["execute"]> = (input, next) => {
  const given = readHeader(input.headers) ?? readMemo();
  const execution = new ExecutionTrace(openTrace(given), partOf()?.map);
  setExecutionTrace(execution);
  return watchEnd(execution, () => next(input));
};

const OUTBOUND: WorkflowOutboundCallsInterceptor = {
  scheduleActivity: (input, next) =>
    next({
      ...input,
      headers: withTrace(input.headers, stepAsked(input.args) ?? input.options.activityId),
    }),
  scheduleLocalActivity: (input, next) =>
    next({ ...input, headers: withTrace(input.headers, stepAsked(input.args)) }),
  startChildWorkflowExecution(input, next) {
    const { workflowId, memo } = input.options;
    const part = memo?.[PART_MEMO] === undefined ? {} : ({ "signalbox-part": "1" } as const);
    return next({ ...input, headers: withTrace(input.headers, pathOf(workflowId), part) });
  },
  continueAsNew(input, next) {
    // What the run was started with; a memo is handed on by itself, and so is the id of the first execution.
    const header = startedWith.get();
    if (header === undefined) return next(input);
    return next({ ...input, headers: { ...input.headers, [TRACE_HEADER]: header } });
  },
  getLogAttributes(input, next) {
    const { traceId, runSpan } = executionTrace()?.trace ?? {};
    return next(traceId === undefined ? input : { ...input, trace_id: traceId, span_id: runSpan });
  },
};

type Payload = Headers[string];

const startedWith = new PerExecution<Payload>("trace header");

function readHeader(headers: Headers): TraceHeader | undefined {
  const header = headers[TRACE_HEADER];
  if (header === undefined) return undefined;
  startedWith.set(header);
  return asHeader(defaultPayloadConverter.fromPayload<unknown>(header));
}

function readMemo(): TraceHeader | undefined {
  return asHeader(workflowInfo().memo?.[TRACE_MEMO]);
}

/** What others may have written. */
function asHeader(value: unknown): TraceHeader | undefined {
  if (typeof value !== "object" || value === null || !("traceparent" in value)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Its fields are checked where they are read.
  return value as TraceHeader;
}

/** Ids come from that of the first execution: the same in every replay, and in every execution of the run. */
function openTrace(given: TraceHeader | undefined): RunTrace {
  const digits = workflowInfo().firstExecutionRunId.replaceAll("-", "");
  const own = { traceId: digits, runSpan: digits.slice(16) };
  const parent = parseTraceparent(given?.traceparent);
  if (given === undefined || parent === undefined) return own;
  const { traceId, spanId, flags } = parent;
  const step = given["signalbox-step"];
  return {
    traceId,
    runSpan: given["signalbox-part"] === undefined ? own.runSpan : spanId,
    ...(given["signalbox-root"] === undefined && { flags }),
    ...(given.tracestate !== undefined && { state: given.tracestate }),
    parent: { span: spanId, ...(step !== undefined && { step }) },
  };
}

async function watchEnd(trace: ExecutionTrace, run: () => Promise<unknown>): Promise<unknown> {
  try {
    const result = await run();
    trace.endRun(spanOfRun());
    return result;
  } catch (error) {
    const failure = failureOf(error);
    if (failure !== undefined) trace.endRun({ ...spanOfRun(), failure });
    throw error;
  }
}

function spanOfRun(): Omit<Parameters<ExecutionTrace["endRun"]>[0], "failure"> {
  const { runStartTime, parent, memo } = workflowInfo();
  const part = partOf();
  // `startTime` says that it is the first execution's, and is this one's.
  const first = readContinuedMemo(memo?.[CONTINUED_MEMO])?.startedAt;
  return {
    startedAt: first === undefined ? runStartTime.getTime() : Date.parse(first),
    isSub: parent !== undefined,
    ...(part && { part: nameOfPart(part) }),
  };
}

/** `undefined`: it is not the end. What is no failure of Temporal's fails the task alone, which is done again. */
function failureOf(error: unknown): string | undefined {
  if (error instanceof ContinueAsNew) return undefined;
  if (isCancellation(error)) return "cancelled";
  if (error instanceof ApplicationFailure) return error.type ?? "ApplicationFailure";
  return error instanceof TemporalFailure ? error.name : undefined;
}

/** @param call - the path of a step, or the id of an activity, that it is for. */
function withTrace(
  headers: Headers,
  call: string | undefined,
  more: Partial<TraceHeader> = {},
): Headers {
  const header = executionTrace()?.headerFor(call);
  if (header === undefined) return headers;
  const payload = defaultPayloadConverter.toPayload({ ...header, ...more });
  return { ...headers, [TRACE_HEADER]: payload };
}

/** Ours say for which step they are. */
function stepAsked([request]: readonly unknown[]): string | undefined {
  if (typeof request !== "object" || request === null || !("step" in request)) return undefined;
  return typeof request.step === "string" ? request.step : undefined;
}

function partOf(): PartPlace | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by workflows/temporal-part.ts.
  return workflowInfo().memo?.[PART_MEMO] as PartPlace | undefined;
}

/** Of a child: the path of the step that starts it. */
function pathOf(child: string): string | undefined {
  const run = runOfExecution(workflowInfo().workflowId, partOf());
  return child.startsWith(`${run}/`) ? child.slice(run.length + 1) : undefined;
}
