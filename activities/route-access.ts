/** What routes are decided by: the configuration, what is known of its models, and what was seen of them. */

import type { ModelFacts, Router, Signals, ToolOffer, Turn } from "../plugins/contract.ts";
import type { JsonSchema } from "../graph/schema.ts";
import type { CandidateQueue } from "./contract.ts";
import type { GuardAccess } from "./guarding/guardrails.ts";
import type { ModelAliases } from "./model-pool.ts";
import type { LiveSignals } from "./signals/live-signals.ts";
import type { Tools } from "./tool.ts";

export interface RouteAccess {
  readonly aliases: ModelAliases;
  readonly factsOf: FactsOf;
  /** Every `provider/model` that a provider lists: what patterns are matched with. The same array until it changes. */
  readonly listed: () => readonly string[];
  readonly tools: Tools;
  readonly guarding: GuardAccess;
  readonly tokens: TokenCounter;
  /** Absent: nothing was seen of any model. */
  readonly live?: Pick<LiveSignals, "ofThisMoment" | "outputTokensOf" | "reserveProbe">;
  /** By the names that aliases use. */
  readonly routers: Readonly<Record<string, Router>>;
  /** By the ids of providers: those whose calls have a task queue of their own. Absent: none. */
  readonly queues?: Readonly<Record<string, Omit<CandidateQueue, "name">>>;
  /** The worker's own: queues of providers are named after it. Absent: nobody serves any. */
  readonly taskQueue?: string;
}

/** What one decision reads of the live signals. */
export type RouteSignals = Signals & Pick<LiveSignals, "outputTokensOf" | "reserveProbe">;

/** What is known of a `provider/model` at this moment. Never waits, never throws. */
export type FactsOf = (model: string) => ModelFacts;

/** Counts what a call sends. */
export interface TokenCounter {
  /** Models with the same one count alike: a request is counted once for all of them. */
  tokenizerOf(model: string): string;
  count(request: CountedRequest, model: string): CountedTokens;
}

/** What counts as input. */
export interface CountedRequest {
  readonly messages: readonly Turn[];
  readonly tools: readonly ToolOffer[];
  readonly outputSchema: JsonSchema;
}

export interface CountedTokens {
  readonly tokens: number;
  /** The provider may count otherwise. */
  readonly isEstimate: boolean;
}
