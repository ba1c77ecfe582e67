/** Spans of a test, kept in memory, and the fixture graphs bundled so that runs have some. */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace-base";
import { tracedParts } from "../../worker/telemetry/traced-bundle.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { FROM_SOURCES } from "./bundle.ts";
import type { GraphModule } from "./temporal.ts";

export async function bundleTraced(): Promise<GraphModule> {
  const url = pathToFileURL(join(__dirname, "../fixtures/graphs.ts"));
  return {
    graphs: fixtures,
    bundle: await bundleGraphs(url, { ...FROM_SOURCES, ...tracedParts() }),
  };
}

export interface KeptSpans {
  readonly processor: SpanProcessor;
  /** Those of one trace, or all, that have ended. */
  spans(traceId?: string): readonly ReadableSpan[];
  reset(): void;
}

/** They stay when telemetry is closed. */
export function keepSpans(): KeptSpans {
  const ended: ReadableSpan[] = [];
  return {
    processor: {
      onStart: () => {},
      onEnd: (span) => void ended.push(span),
      forceFlush: async () => {},
      shutdown: async () => {},
    },
    spans: (traceId) =>
      ended.filter((span) => traceId === undefined || span.spanContext().traceId === traceId),
    reset: () => void ended.splice(0),
  };
}

/** The tree, a line a span, each below its parent and indented; siblings by their names. What has no parent among them stands at the left. */
export function drawTrace(spans: readonly ReadableSpan[]): readonly string[] {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const below = (parent: string | undefined, depth: number): string[] =>
    spans
      .filter(({ parentSpanContext: at }) =>
        parent === undefined ? !ids.has(at?.spanId ?? "") : at?.spanId === parent,
      )
      .toSorted((one, other) => one.name.localeCompare(other.name))
      .flatMap((span) => [
        `${"  ".repeat(depth)}${span.name}`,
        ...below(span.spanContext().spanId, depth + 1),
      ]);
  return below(undefined, 0);
}
