/** What a call is charged with: what the provider counted, else our own figures, marked as such. */

import { FAILURE_POLICIES } from "../graph/failure-kinds.ts";
import { boundCharge, estimateTokens } from "../graph/token-bound.ts";
import type { ModelReply, ProviderError, Usage } from "../plugins/contract.ts";
import type { AttemptRequest, Charge } from "./contract.ts";
import { costOf } from "./price.ts";

/** The charge for a reply that came. Tokens the provider did not count are estimated at four characters each. */
export function chargeForReply(reply: ModelReply, request: AttemptRequest): Charge {
  const { usage } = reply;
  const isCounted = isCount(usage.inputTokens) && isCount(usage.outputTokens);
  if (isCounted) return chargeFor(usage, reply.costUsd, request);
  const written = reply.text + JSON.stringify(reply.toolCalls ?? "");
  const estimate: Usage = {
    ...usage,
    inputTokens: isCount(usage.inputTokens)
      ? usage.inputTokens
      : estimateTokens(JSON.stringify(request.messages)),
    outputTokens: isCount(usage.outputTokens) ? usage.outputTokens : estimateTokens(written),
  };
  return { ...chargeFor(estimate, reply.costUsd, request), isEstimate: true };
}

/** The charge for a call that failed; nothing where no bill can come. */
export function chargeForFailure(
  { kind, details }: ProviderError,
  request: AttemptRequest,
): Charge {
  const { usage, costUsd, mayBeBilled = FAILURE_POLICIES[kind].mayBeBilled } = details;
  if (costUsd !== undefined || (usage && isCount(usage.inputTokens))) {
    return chargeFor({ outputTokens: 0, ...usage }, costUsd, request);
  }
  return mayBeBilled ? boundCharge(request) : {};
}

function chargeFor(usage: Usage, costUsd: number | undefined, { price }: AttemptRequest): Charge {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = usage;
  const costNanoUsd = costOf({ costUsd, usage }, price);
  return {
    inputTokens,
    ...(isCount(cachedInputTokens) && { cachedInputTokens }),
    outputTokens,
    ...(isCount(reasoningTokens) && { reasoningTokens }),
    costNanoUsd,
  };
}

function isCount(tokens: number | undefined): tokens is number {
  return tokens !== undefined && Number.isSafeInteger(tokens) && tokens >= 0;
}
