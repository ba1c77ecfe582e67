/**
 * Hangs telemetry on a Temporal worker: an interceptor around its activities, and the sinks that its workflows call. What they
 * hand on to is opened when the worker runs; until then, and where nothing is on, they do nothing.
 */

import { context, trace } from "@opentelemetry/api";
import type { Context as ActivityContext } from "@temporalio/activity";
import type {
  ActivityInboundCallsInterceptor,
  ActivityInterceptorsFactory,
  InjectedSinks,
} from "@temporalio/worker";
import type { TraceSinks } from "../../workflows/tracing/span-data.ts";
import { countedWork } from "./process-metrics.ts";
import type { WorkMetrics } from "./work-metrics.ts";
import type { Tracing } from "./open-tracing.ts";
import { seeActivity, type SeenActivity } from "./seen-activity.ts";
import { placeOfActivity } from "./span-place.ts";
import { describeActivity, markFailed } from "./trace-activity.ts";
import { spanOfRun, spanOfStep, type LinkToExecution } from "./trace-workflow.ts";

export interface WatchOptions {
  /** What is open now. */
  readonly tracing: () => Tracing | undefined;
  readonly tools: ReadonlySet<string>;
  readonly linkTo: LinkToExecution;
}

/** For a worker's options. */
export interface WatchedWork {
  readonly sinks: InjectedSinks<TraceSinks>;
  readonly activity: ActivityInterceptorsFactory;
}

export function watchWork(options: WatchOptions): WatchedWork {
  return {
    sinks: sinksOf(options),
    activity: (activity) => ({ inbound: watchActivities(activity, options) }),
  };
}

function sinksOf({ tracing: open, linkTo }: WatchOptions): InjectedSinks<TraceSinks> {
  return {
    signalboxTrace: {
      endStep: {
        fn(execution, step) {
          const tracing = open();
          if (tracing) spanOfStep(step, execution, tracing);
        },
        callDuringReplay: false,
      },
      endRun: {
        fn(execution, run) {
          const tracing = open();
          countedWork()?.endRun(run, execution.workflowType);
          if (tracing) spanOfRun(run, execution, { tracing, linkTo });
        },
        callDuringReplay: false,
      },
    },
  };
}

function watchActivities(
  { info }: ActivityContext,
  { tracing: open, tools }: WatchOptions,
): ActivityInboundCallsInterceptor {
  return {
    execute(input, next) {
      const [tracing, metrics] = [open(), countedWork()];
      if (tracing === undefined && metrics === undefined) return next(input);
      const seen = seeActivity(info, input.args, tools);
      const counted = (): Promise<unknown> => countActivity(seen, metrics, () => next(input));
      if (tracing === undefined) return counted();
      return traceActivity(seen, { tracing, headers: input.headers }, counted);
    },
  };
}

async function countActivity(
  seen: SeenActivity,
  metrics: WorkMetrics | undefined,
  work: () => Promise<unknown>,
): Promise<unknown> {
  if (metrics === undefined) return work();
  const end = metrics.beginActivity(seen);
  try {
    const result = await work();
    end({ result });
    return result;
  } catch (error) {
    end({ error });
    throw error;
  }
}

async function traceActivity(
  seen: SeenActivity,
  {
    tracing,
    headers,
  }: { readonly tracing: Tracing; readonly headers: Parameters<typeof placeOfActivity>[0] },
  work: () => Promise<unknown>,
): Promise<unknown> {
  const parent = placeOfActivity(headers, tracing);
  if (parent === undefined) return work();
  const described = describeActivity(seen, tracing.content);
  const { name, kind, attributes } = described;
  const { graph, workflowId } = seen;
  const place = { "signalbox.graph": graph, "signalbox.run.id": workflowId };
  const options = { kind, attributes: { ...attributes, ...place } };
  const span = tracing.tracer.startSpan(name, options, parent);
  try {
    const result = await context.with(trace.setSpan(parent, span), work);
    if (span.isRecording()) described.ended?.(span, result);
    return result;
  } catch (error) {
    if (span.isRecording()) {
      described.failed?.(span, error);
      markFailed(span, error);
    }
    throw error;
  } finally {
    span.end();
  }
}
