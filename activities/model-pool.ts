/** What an alias of the configuration stands for: models in order, or a pool of which a router takes the best. */

import type { RecoveryPolicy } from "../graph/failure-kinds.ts";
import type { ModelList } from "../graph/model-list.ts";
import type { Router } from "../plugins/contract.ts";

export type { ModelList };

/** Models by alias. A plain list has no rules of its own: its models are tried in order. */
export type ModelAliases = Readonly<Record<string, readonly string[] | ModelList | ModelPool>>;

/** Models of one alias, and how one of them is picked. */
export interface ModelPool extends RecoveryPolicy, RoutePreferences {
  /**
   * As `provider/model`, or patterns over all models that the providers list: `*` stands for any text, so
   * `"openrouter/*"` is all of a gateway, `"anthropic/claude-*"` one family.
   */
  readonly pool: readonly string[];
  /** Ranks them: a router, or the name of one. Default: `"priority"`, the order of the pool. */
  readonly router?: string | Router;
}

/**
 * Which models of a pool may be used. What is not known of a model does not pass: a model whose price nobody knows is
 * never within `maxPrice`. Only latency and throughput of a model that was not called lately do pass, as it has to be
 * tried to be known.
 */
export interface RoutePreferences {
  /** No others. As patterns, like the pool. Default: all. */
  readonly only?: readonly string[];
  /** None of these. As patterns. */
  readonly ignore?: readonly string[];
  /** Tried before all others, in this order, whatever the router thinks. As patterns. */
  readonly order?: readonly string[];
  readonly maxPrice?: MaxPrice;
  /** Of whole calls, lately: 95 in 100 were answered within so many milliseconds. */
  readonly maxLatencyMs?: number;
  /** Output tokens a second, lately: half of the calls had at least so many. */
  readonly minThroughput?: number;
  /** Where it runs, or a list of places. `"us"` takes in `"us-east-1"`. */
  readonly region?: string | readonly string[];
  readonly dataPolicy?: WantedDataPolicy;
  /** What the model itself has to be able to do. */
  readonly require?: readonly RequiredCapability[];
  /** Tokens of input and output together. */
  readonly minContext?: number;
  /** `false`: only the best one is asked. Default: `true`. */
  readonly allowFallbacks?: boolean;
}

/** The most that a call may cost. */
export interface MaxPrice {
  /** Of a million tokens, at the price for input of this size. */
  readonly inputUsdPerMTok?: number;
  readonly outputUsdPerMTok?: number;
  /** Of the whole call, as far as it can be expected. */
  readonly perCallUsd?: number;
}

/** What may become of prompts and replies. */
export interface WantedDataPolicy {
  /** No model is trained on them. */
  readonly training?: "deny";
  /** How long they may be kept. */
  readonly retention?: "none" | { readonly maxDays: number };
}

export const REQUIRED_CAPABILITIES = ["jsonSchema", "tools", "vision", "streaming"] as const;

export type RequiredCapability = (typeof REQUIRED_CAPABILITIES)[number];

/** All ways to write an alias as the longest one. */
export function readAlias(alias: ModelAliases[string]): ModelPool {
  if (isPlainList(alias)) return { pool: alias };
  if ("pool" in alias) return alias;
  const { models, ...recovery } = alias;
  return { pool: models, ...recovery };
}

function isPlainList(alias: ModelAliases[string]): alias is readonly string[] {
  return Array.isArray(alias);
}
