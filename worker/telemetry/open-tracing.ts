/** OpenTelemetry's SDK, put together: what is imported only where traces are on. */

import {
  context,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  CompositePropagator,
  W3CBaggagePropagator,
  W3CTraceContextPropagator,
} from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { resourceOf } from "./resource.ts";
import type { TelemetrySettings } from "./settings.ts";
import { ChosenIds } from "./span-ids.ts";

/** What makes spans, and sends them. */
export interface Tracing {
  readonly tracer: Tracer;
  /** Whether spans may hold prompts and replies. */
  readonly content: boolean;
  /** Begins a span whose ids are known beforehand. `traceId`: of a span without a parent. */
  startKnown(
    name: string,
    options: SpanOptions,
    known: { readonly spanId: string; readonly traceId: string; readonly parent?: Context },
  ): Span;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Whose SDK is there already keeps it; spans of workflows and activities are made by ours all the same. */
export function openTracing(settings: TelemetrySettings): Tracing {
  const ids = new ChosenIds();
  const provider = new BasicTracerProvider({
    idGenerator: ids,
    resource: resourceOf(settings),
    spanProcessors: processorsOf(settings),
  });
  const undo = install(provider);
  const tracer = provider.getTracer("signalbox");
  return {
    tracer,
    content: settings.content,
    startKnown: (name, options, { parent = ROOT_CONTEXT, ...known }) =>
      ids.use(known, () => tracer.startSpan(name, options, parent)),
    flush: () => provider.forceFlush(),
    async close() {
      for (const step of undo) step();
      await provider.shutdown();
    },
  };
}

function processorsOf({
  endpoint,
  otlpTraces,
  spanProcessors,
}: TelemetrySettings): SpanProcessor[] {
  const url = endpoint === undefined ? {} : { url: `${endpoint}/v1/traces` };
  const exported = otlpTraces ? [new BatchSpanProcessor(new OTLPTraceExporter(url))] : [];
  return [...exported, ...spanProcessors];
}

/** Only what nobody else has installed; gives what takes it away again. */
function install(provider: BasicTracerProvider): readonly (() => void)[] {
  const undo: (() => void)[] = [];
  const manager = new AsyncLocalStorageContextManager().enable();
  if (!hasContextManager() && context.setGlobalContextManager(manager)) {
    undo.push(() => context.disable());
  }
  if (propagation.fields().length === 0) {
    propagation.setGlobalPropagator(
      new CompositePropagator({
        propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
      }),
    );
    undo.push(() => propagation.disable());
  }
  if (!hasProvider()) {
    trace.setGlobalTracerProvider(provider);
    undo.push(() => trace.disable());
  }
  return undo;
}

/** Without one, no value that is set comes back. */
function hasContextManager(): boolean {
  const key = Symbol("signalbox");
  return context.with(
    ROOT_CONTEXT.setValue(key, true),
    () => context.active().getValue(key) === true,
  );
}

function hasProvider(): boolean {
  const span = trace.getTracer("signalbox-probe").startSpan("probe", { root: true });
  return /[^0]/.test(span.spanContext().traceId);
}
