/** How long a router takes to rank 400 models, and how many times as long as sorting 400 numbers. */

import { performance } from "node:perf_hooks";
import { considerModel, type RequestNeeds } from "../activities/routing/consider.ts";
import { signalsOfMoment } from "../activities/routing/signals-of-moment.ts";
import type { ModelFacts, RankCandidate, RankRequest, Router } from "../plugins/contract.ts";
import { Draws } from "../plugins/chance/seeded-random.ts";
import { balanced } from "../plugins/routers/balanced.ts";
import { bandit } from "../plugins/routers/bandit.ts";
import { cascade } from "../plugins/routers/cascade.ts";
import { cheapest } from "../plugins/routers/cheapest.ts";
import { consensus } from "../plugins/routers/consensus.ts";
import { experiment } from "../plugins/routers/experiment.ts";
import { fallback } from "../plugins/routers/fallback.ts";
import { fastest } from "../plugins/routers/fastest.ts";
import { learned } from "../plugins/routers/learned.ts";
import { priority } from "../plugins/routers/priority.ts";
import { sticky } from "../plugins/routers/sticky.ts";
import { weighted } from "../plugins/routers/weighted.ts";
import { when } from "../plugins/routers/when.ts";
import type { Result } from "./result.ts";
import { graphOf, learnMore, learnOf } from "./seen-models.ts";

const CANDIDATES = 400;
const TARGET_US = 50;
/** Rankings that are not measured: the engine compiles what runs often, and all routers have run by then. */
const WARM_UP = 1_000;
const SAMPLES = 2_000;

const NEEDS: RequestNeeds = {
  outputTokens: 400,
  needsTools: false,
  needsVision: false,
  inputTokensOf: () => ({ tokens: 1_200, isEstimate: false }),
};

const draws = new Draws(7);
const models = Array.from({ length: CANDIDATES }, (_, position) => nameModel(position));
const facts = models.map((_model, position) => makeFacts(position));
const live = learnOf(models, draws);
const numbers = models.map(() => draws.next());
const float64 = Float64Array.from(numbers);

const ROUTERS: Readonly<Record<string, Router>> = {
  priority: priority(),
  cheapest: cheapest(),
  fastest: fastest(),
  "fastest, slow calls": fastest({ percentile: "p95" }),
  balanced: balanced(),
  "balanced, quality by pattern": balanced({ qualityOf: { "openrouter/*": 0.8 } }),
  weighted: weighted({
    shares: Object.fromEntries(models.map((model, at) => [model, 1 + (at % 7)])),
  }),
  sticky: sticky(),
  "sticky, then cheapest": sticky({ router: cheapest() }),
  "experiment of routers": experiment({
    name: "price",
    arms: { cheap: { share: 1, router: cheapest() }, quick: { share: 1, router: fastest() } },
  }),
  "experiment of models": experiment({
    name: "vendor",
    arms: {
      gateway: { share: 1, models: ["openrouter/*"] },
      direct: { share: 1, models: ["provider-2/*", "provider-3/*"] },
    },
  }),
  cascade: cascade({ accept: { confidence: { field: "confidence", atLeast: 0.8 } } }),
  consensus: consensus({ size: 3 }),
  bandit: bandit(),
  "bandit with costs": bandit({ cost: 0.2 }),
  learned: learned({
    scorer: { predict: ({ seed }, { position }) => ((seed + position) % 10) / 10 },
  }),
  "learned, the cheapest": learned({
    scorer: { predict: ({ seed }, { position }) => ((seed + position) % 10) / 10 },
    minimum: 0.5,
  }),
  when: when(({ step }) => step === "draft", cheapest()),
  fallback: fallback(
    when(({ step }) => step === "review", priority()),
    balanced(),
  ),
};

/** Each sample has the sorts right beside it: what slows the machine down slows all of them down. */
export function measureRanking(): readonly Result[] {
  const routers = Object.values(ROUTERS);
  // One after the other in turn: no router is measured as if it were the only one that a worker has.
  for (let turn = 0; turn < WARM_UP; turn += 1)
    for (const router of routers) timeRanking(router, turn);
  return Object.entries(ROUTERS).map(([name, router]) => measureRouter(name, router));
}

function measureRouter(name: string, router: Router): Result {
  const times: number[] = [];
  const comparing: number[] = [];
  const native: number[] = [];
  for (let turn = 0; turn < SAMPLES; turn += 1) {
    times.push(timeRanking(router, turn));
    comparing.push(timeComparing());
    native.push(timeNative());
  }
  const p50Us = middleOf(times);
  return {
    name: `rank ${CANDIDATES} candidates: ${name}`,
    figures: {
      p50Us: round(p50Us),
      toSortWithComparator: round(p50Us / middleOf(comparing)),
      toSortOfFloat64Array: round(p50Us / middleOf(native)),
    },
    target: `p50 under ${TARGET_US} µs`,
    ok: p50Us < TARGET_US,
  };
}

/**
 * With what a decision gives a router: the worker's own signals, of which this decision has asked nothing yet, and of
 * which something has changed since the last one.
 */
function timeRanking(router: Router, turn: number): number {
  learnMore(live, models, turn);
  const request = makeRequest(turn);
  const candidates = makeCandidates();
  const signals = signalsOfMoment(live);
  return timeUs(() => router.rank(request, candidates, signals));
}

function timeComparing(): number {
  return timeUs(() => numbers.toSorted((one, other) => one - other));
}

function timeNative(): number {
  return timeUs(() => float64.toSorted());
}

function timeUs(work: () => unknown): number {
  const startedAt = performance.now();
  work();
  return (performance.now() - startedAt) * 1000;
}

function middleOf(times: readonly number[]): number {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function makeRequest(turn: number): RankRequest {
  const seed = Math.imul(turn + 1, 0x9e3779b9) >>> 0;
  const run = `run-${turn}`;
  return { graph: graphOf(turn), step: "draft", run, workspace: "default", key: run, seed };
}

function nameModel(position: number): string {
  const provider = position % 2 === 0 ? "openrouter" : `provider-${position % 6}`;
  return `${provider}/vendor-${position % 12}/model-${position}`;
}

/** Every ninth has no known price, as in a real catalogue. */
function makeFacts(position: number): ModelFacts {
  if (position % 9 === 0) return {};
  const usd = draws.next() * 10;
  return { price: { inputUsdPerMTok: usd, outputUsdPerMTok: usd * 4 } };
}

/** Anew for each ranking, as a decision does: nothing that a router could have kept of those before. */
function makeCandidates(): readonly RankCandidate[] {
  return models.map((model, position) =>
    considerModel(model, position, NEEDS, { factsOf: () => facts[position] ?? {} }),
  );
}
