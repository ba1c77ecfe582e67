/** What a router is: it ranks the models that may serve a request. Third parties write against this, see contract.ts. */

import type { FailureKind } from "../graph/failure-kinds.ts";
import type { JsonSchema } from "../graph/schema.ts";
import type { ModelFacts } from "./contract.ts";

/** Ranks candidates. Pure and quick: it stands in the way of every call, so it asks nobody and never waits. */
export interface Router {
  /** Such as `"cheapest"`: recorded with every decision. */
  readonly id: string;
  /**
   * All candidates, the best first: none is left out, none is added, whatever is thought of them. The same request,
   * candidates and signals give the same ranking; chance is drawn from `request.seed` alone.
   *
   * @returns `undefined` when this router has no opinion: another one decides, or the order of the alias.
   */
  rank(
    request: RankRequest,
    candidates: readonly RankCandidate[],
    signals: Signals,
  ): readonly Ranked[] | undefined;
  /** How the ranked models are asked. Default, and where it gives `undefined`: one after the other, until one answers. */
  plan?(request: RankRequest): RoutePlan | undefined;
}

/** What a route is wanted for. */
export interface RankRequest {
  /** The graph's id; the workflow type of a hand-written workflow. */
  readonly graph: string;
  /** The step's path, such as `"files[2]/gist"`. */
  readonly step: string;
  /** The run's workflow id; of a sub-graph, its own. */
  readonly run: string;
  readonly workspace: string;
  /** What the step's `routingKey` gives, such as a user's id. Default: the run's workflow id. */
  readonly key: string;
  /** Where chance comes from: a whole number from 0 to 2³² - 1, made of the run and the step, and recorded. */
  readonly seed: number;
}

/** A model that can serve the request. */
export interface RankCandidate {
  /** `provider/model`. */
  readonly model: string;
  /** First half of it. */
  readonly provider: string;
  /** Its place in the alias: 0 for the first. */
  readonly position: number;
  readonly facts: ModelFacts;
  /** Tokens of this request, as this model's tokenizer counts them or as near as can be had. */
  readonly inputTokens: number;
  /** Tokens that the reply is expected to take. */
  readonly outputTokens: number;
  /** What the request is expected to cost with this model, in 10⁻⁹ USD. Absent: its price is not known. */
  readonly expectedNanoUsd?: number;
}

/** A candidate with the router's opinion of it. */
export interface Ranked {
  readonly candidate: RankCandidate;
  /** The higher the better; comparable within one ranking only. */
  readonly score: number;
  /** For people, such as `"expected to cost $0.0004"`. Give a function where it takes work: only the best are put in words. */
  readonly reason: string | (() => string);
  /** The arm of an experiment that this belongs to: recorded with the attempt, for analysis. */
  readonly arm?: string;
}

/** How ranked models are asked, when not simply one after the other. Kept in the history, as JSON. */
export type RoutePlan = CascadePlan | ConsensusPlan;

/** One after the other, until a reply is good enough. The last one's reply is taken as it is. */
export interface CascadePlan {
  readonly kind: "cascade";
  /** A reply is good enough when it passes each of these that is given. */
  readonly accept: {
    /** A number in the reply has to be at least so much. `field`: dots go deeper, as in `"rating.confidence"`. */
    readonly confidence?: { readonly field: string; readonly atLeast: number };
    /** The reply has to fit this too: stricter than the step's own schema. */
    readonly schema?: JsonSchema;
    /** A model rates it from 0 to 1. */
    readonly judge?: JudgePlan & { readonly atLeast: number };
  };
}

/** Several at the same time: the reply that most of them give, or the one that a judge picks. */
export interface ConsensusPlan {
  readonly kind: "consensus";
  /** How many are asked: the best of the ranking. */
  readonly size: number;
  /** The field that is voted on; dots go deeper. Absent: the whole reply. */
  readonly field?: string;
  /** So many equal votes decide, and calls in flight are given up. Default: more than half of `size`. */
  readonly quorum?: number;
  /** Picks the best reply, in place of the vote. */
  readonly judge?: JudgePlan;
}

/** A model that judges replies. */
export interface JudgePlan {
  /** An alias of the configuration. */
  readonly model: string;
  /** What makes a reply good, in words. */
  readonly rubric: string;
}

/** What was seen of models lately, by this worker and those it shares with. */
export interface Signals {
  /** Of a `provider/model`. `undefined`: it was not called lately. */
  of(model: string): ModelSignals | undefined;
  /** What runs reported of its replies to this step. `undefined`: nothing. */
  rewardOf(model: string, request: Pick<RankRequest, "graph" | "step">): Reward | undefined;
  /** {@link of} each candidate, in their order: for hundreds of them several times as quick. Default: `of`, one by one. */
  ofEach?(candidates: readonly RankCandidate[]): readonly (ModelSignals | undefined)[];
  /** {@link rewardOf} each candidate, likewise. Default: `rewardOf`, one by one. */
  rewardOfEach?(
    candidates: readonly RankCandidate[],
    request: Pick<RankRequest, "graph" | "step">,
  ): Rewards;
}

/** What was seen of one model. Older calls count less, and are forgotten in the end. */
export interface ModelSignals {
  /** How many calls this rests on, each by the weight that its age leaves it. */
  readonly calls: number;
  /** From 0 to 1, of the calls that say something about the model's health. */
  readonly successRate: number;
  /** Calls by the kind of failure they ended with, weighted likewise. */
  readonly failures: Readonly<Partial<Record<FailureKind, number>>>;
  /** From the request to the first part of an answer. Absent: no answer was seen. */
  readonly firstTokenMs?: Percentiles;
  /** From the request to the whole answer. */
  readonly durationMs?: Percentiles;
  /** Output tokens a second, over the whole call. */
  readonly tokensPerSecond?: Percentiles;
  /** Mean cost of a call that was answered, in 10⁻⁹ USD. Absent: not known. */
  readonly costNanoUsd?: number;
  /** The share of the provider's own limits that was left when it last said so, from 0 to 1; what is most used up. */
  readonly headroom?: number;
  /** `"open"`: not called, because it failed too often. `"half-open"`: one call finds out whether it is well again. */
  readonly breaker: BreakerState;
  /** When an open breaker lets one call through, or a provider asked not to be called before, in milliseconds since 1970. */
  readonly blockedUntil?: number;
}

export type BreakerState = "closed" | "open" | "half-open";

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** Rewards of several models, in their order. Both are 0 for a model of which nothing was reported. */
export interface Rewards {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
}

export interface Reward {
  /** How many reports, weighted by their age. */
  readonly count: number;
  /** Their sum: each is from 0 to 1. */
  readonly sum: number;
}
