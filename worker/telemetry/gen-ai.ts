/**
 * Attempts in the words of OpenTelemetry's conventions for generative AI, and what they have no word for in ours.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */

import type { Attributes } from "@opentelemetry/api";
import type {
  AttemptFailureDetails,
  AttemptReply,
  AttemptRequest,
} from "../../activities/contract.ts";
import { nameModel } from "../../graph/gen-ai-names.ts";
import { NANO_USD } from "../../graph/money.ts";

export function requestAttributes(request: AttemptRequest): Attributes {
  const { provider, model } = nameModel(request.model);
  const { sampling = {}, maxOutputTokens, output, stream, step, plan, arm } = request;
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": provider,
    "gen_ai.request.model": model,
    "gen_ai.output.type": output["type"] === "string" ? "text" : "json",
    "gen_ai.request.max_tokens": maxOutputTokens,
    "gen_ai.request.temperature": sampling.temperature,
    "gen_ai.request.top_p": sampling.topP,
    "gen_ai.request.seed": sampling.seed,
    "gen_ai.request.stop_sequences": sampling.stop && [...sampling.stop],
    "gen_ai.request.stream": stream,
    "signalbox.step": step,
    "signalbox.plan": plan,
    "signalbox.arm": arm,
  };
}

/** Of a reply, or of a failure: both may have a price. */
export function endAttributes(
  end: Partial<AttemptReply> & Partial<AttemptFailureDetails>,
): Attributes {
  const { costNanoUsd } = end;
  return {
    "gen_ai.response.id": end.requestId,
    "gen_ai.usage.input_tokens": end.inputTokens,
    "gen_ai.usage.cache_read.input_tokens": end.cachedInputTokens,
    "gen_ai.usage.output_tokens": end.outputTokens,
    "gen_ai.usage.reasoning.output_tokens": end.reasoningTokens,
    "signalbox.usage.is_estimate": end.isEstimate,
    "signalbox.cost_usd": costNanoUsd === undefined ? undefined : costNanoUsd / NANO_USD,
    "signalbox.call_ms": end.durationMs,
    "signalbox.queued_ms": end.queuedMs,
    "signalbox.not_called": end.notCalled,
    "http.response.status_code": end.httpStatus,
    "error.type": end.kind,
  };
}
