/** Looks at a model for one request: what is known of it, how large the request is for it, what it is expected to cost. */

import type { ModelPrice } from "../../graph/money.ts";
import type { Capabilities, RankCandidate, ToolOffer } from "../../plugins/contract.ts";
import type { RouteRequest } from "../contract.ts";
import { expectedCostOf } from "../price.ts";
import type { CountedTokens, RouteAccess } from "../route-access.ts";

/** A model as it is looked at for one request. What routers get of it is no other object: they take nothing away from it. */
export interface Considered extends RankCandidate {
  readonly expectedNanoUsd: number | undefined;
  readonly price: ModelPrice | undefined;
  readonly capabilities: Capabilities;
  readonly isEstimate: boolean;
}

/** What a request asks of a model, whichever it is. */
export interface RequestNeeds {
  /** Tokens that the reply is expected to take. */
  readonly outputTokens: number;
  readonly needsTools: boolean;
  readonly needsVision: boolean;
  /** What the request is in this model's tokens: counted once for all models with one tokenizer. */
  inputTokensOf(model: string): CountedTokens;
}

/** A reply of an usual length, where none was seen; as in graph/estimate.ts. */
const DEFAULT_OUTPUT_TOKENS = 300;

export function readNeeds(
  request: RouteRequest,
  offers: readonly ToolOffer[],
  { tokens, live }: Pick<RouteAccess, "tokens" | "live">,
): RequestNeeds {
  const { graph, step, messages, output, maxOutputTokens = Infinity } = request;
  const seen = live?.outputTokensOf({ graph, step });
  const expected = seen !== undefined && seen > 0 ? Math.ceil(seen) : DEFAULT_OUTPUT_TOKENS;
  const counted = new Map<string, CountedTokens>();
  return {
    outputTokens: Math.min(expected, maxOutputTokens),
    needsTools: offers.length > 0,
    needsVision: messages.some(hasImage),
    inputTokensOf(model) {
      const tokenizer = tokens.tokenizerOf(model);
      const known = counted.get(tokenizer);
      if (known !== undefined) return known;
      const count = tokens.count({ messages, tools: offers, outputSchema: output }, model);
      counted.set(tokenizer, count);
      return count;
    },
  };
}

const NOTHING_KNOWN: Capabilities = {};

export function considerModel(
  model: string,
  position: number,
  needs: RequestNeeds,
  { factsOf }: Pick<RouteAccess, "factsOf">,
): Considered {
  const facts = factsOf(model);
  const { price, capabilities = NOTHING_KNOWN } = facts;
  const { tokens: inputTokens, isEstimate } = needs.inputTokensOf(model);
  const { maxOutputTokens = Infinity } = capabilities;
  const outputTokens = Math.min(needs.outputTokens, maxOutputTokens);
  // One literal with every member: hundreds are made for a route, and objects that are put together are slow to make.
  return {
    model,
    provider: model.slice(0, model.indexOf("/")),
    position,
    facts,
    inputTokens,
    outputTokens,
    isEstimate,
    expectedNanoUsd:
      price === undefined ? undefined : expectedCostOf({ inputTokens, outputTokens }, price),
    price,
    capabilities,
  };
}

function hasImage(turn: RouteRequest["messages"][number]): boolean {
  if (!("content" in turn) || typeof turn.content === "string") return false;
  return turn.content.some(({ type }) => type === "image");
}
