/** How long a graph of 1,000 steps takes to build, to describe, to check and to fingerprint. */

import { fingerprintGraph, type AnyGraph } from "signalbox";
import { buildLargeGraph, copyGraph } from "./large-graph.ts";
import { time } from "./measure.ts";
import type { Result } from "./result.ts";

const STEPS = 1_000;
const TARGET_MS = 50;

/** Each sample has a graph of its own: what one graph works out, it keeps. Every step has a schema of its own, too. */
function measure(name: string, large: AnyGraph, work: (graph: AnyGraph) => unknown): Result {
  const samples = 20;
  const graphs = Array.from({ length: samples * 2 }, () => copyGraph(large));
  const { medianMs, p95Ms } = time(() => work(graphs.pop() ?? copyGraph(large)), samples);
  return {
    name: `${name}, ${STEPS} steps`,
    figures: { medianMs, p95Ms, samples },
    target: `under ${TARGET_MS} ms`,
    ok: medianMs < TARGET_MS,
  };
}

export function measureGraphAsData(): readonly Result[] {
  const { medianMs, p95Ms, samples } = time(() => buildLargeGraph(STEPS), 10);
  const large = buildLargeGraph(STEPS);
  return [
    { name: `build, ${STEPS} steps`, figures: { medianMs, p95Ms, samples } },
    measure("toJSON", large, (copy) => copy.toJSON()),
    measure("validate", large, (copy) => copy.validate()),
    measure("fingerprint", large, (copy) => fingerprintGraph(copy.toJSON())),
  ];
}
