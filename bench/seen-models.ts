/** Signals as a worker's own are, after many calls and reports: what rankings are measured with. */

import { createLiveSignals } from "../activities/signals/create-live-signals.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import type { Draws } from "../plugins/chance/seeded-random.ts";

/** Graphs that the worker runs by turns: what was read of one of them is not what is asked for next. */
export const GRAPHS = ["support", "triage", "summary", "search"] as const;

const MOST_CALLS = 200;
const MOST_REPORTS = 100;

/** Every tenth model was not called lately, and runs of each graph reported of all: each router has all the work it can have. */
export function learnOf(models: readonly string[], draws: Draws): LiveSignals {
  const live = createLiveSignals({ now: Date.now });
  // Reports come as JSON: their names are equal to those that routers ask by, but not the same in memory.
  const names: readonly string[] = JSON.parse(JSON.stringify(models));
  for (const [position, model] of names.entries()) {
    if (position % 10 !== 0) observeCalls(live, model, draws);
    for (const graph of GRAPHS) reportRewards(live, { graph, step: "draft", model }, draws);
  }
  return live;
}

/** One more call and one more report, as they come between two decisions: what was read of these models is out of date. */
export function learnMore(live: LiveSignals, models: readonly string[], turn: number): void {
  const called = models[(turn * 37) % models.length] ?? "";
  const reported = models[(turn * 53) % models.length] ?? "";
  live.observe({
    graph: "support",
    step: "draft",
    model: called,
    durationMs: 1_000 + (turn % 100) * 40,
    firstTokenMs: 200 + (turn % 100) * 10,
    ok: true,
    outputTokens: 200,
    costNanoUsd: 1e6,
  });
  const graph = graphOf(turn);
  live.reward({ graph, step: "draft", model: reported, value: turn % 3 === 0 ? 1 : 0 });
}

/** The graph whose turn it is. */
export function graphOf(turn: number): (typeof GRAPHS)[number] {
  return GRAPHS[turn % GRAPHS.length] ?? "support";
}

function observeCalls(live: LiveSignals, model: string, draws: Draws): void {
  const usual = {
    firstTokenMs: 200 + draws.next() * 1_000,
    durationMs: 1_000 + draws.next() * 4_000,
    outputTokens: 20 + draws.next() * 1_000,
  };
  for (let calls = 1 + draws.next() * MOST_CALLS; calls > 0; calls -= 1) {
    const slowdown = 1 + draws.next();
    const call = {
      graph: "support",
      step: "draft",
      model,
      durationMs: usual.durationMs * slowdown,
      firstTokenMs: usual.firstTokenMs * slowdown,
    };
    const isAnswered = draws.next() < 0.98;
    const { outputTokens } = usual;
    const costNanoUsd = draws.next() * 1e7;
    live.observe(
      isAnswered
        ? { ...call, ok: true, outputTokens, costNanoUsd }
        : { ...call, ok: false, kind: "rate_limited" },
    );
  }
}

function reportRewards(
  live: LiveSignals,
  reply: { readonly graph: string; readonly step: string; readonly model: string },
  draws: Draws,
): void {
  const quality = draws.next();
  for (let reports = draws.next() * MOST_REPORTS; reports > 0; reports -= 1) {
    live.reward({ ...reply, value: draws.next() < quality ? 1 : 0 });
  }
}
