/** What records say of attempts: what was asked of which model, what it came to, what it took, and what guardrails said. */

import type { GuardVerdict, Reservation } from "../../activities/contract.ts";
import { nameModel } from "../../graph/gen-ai-names.ts";
import type { AttemptEnded, AttemptJudged, AttemptStarted, ToldAttempt } from "../run-event.ts";
import type { Said } from "./attributes.ts";

/** Which attempt it was. */
export interface NamedAttempt {
  readonly attemptId: string;
  readonly step: string;
  readonly model: string;
}

export function nameAttempt({ attemptId, step, model }: NamedAttempt): Said {
  const named = nameModel(model);
  return {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": named.provider,
    "gen_ai.request.model": named.model,
    "signalbox.attempt": attemptId,
    "signalbox.model": model,
    "signalbox.step": step,
  };
}

export function sayStarted(event: AttemptStarted): Said {
  const { fallback, plan, isStandIn, arm } = event;
  return {
    ...nameAttempt(event),
    "signalbox.place": fallback,
    "signalbox.plan": plan,
    "signalbox.is_stand_in": isStandIn,
    "signalbox.arm": arm,
  };
}

export function sayEnded({ attemptId, attempt }: AttemptEnded): Said {
  const { step, model, fallback, plan, isStandIn, arm, status, kind } = attempt;
  return {
    ...nameAttempt({ attemptId, step, model }),
    "signalbox.place": fallback,
    "signalbox.plan": plan,
    "signalbox.is_stand_in": isStandIn,
    "signalbox.arm": arm,
    "signalbox.status": status,
    "error.type": kind,
    "signalbox.is_used": attempt.isUsed,
    ...sayCall(attempt),
    ...sayCharge(attempt),
  };
}

function sayCall(attempt: ToldAttempt): Said {
  return {
    "gen_ai.response.id": attempt.requestId,
    "http.response.status_code": attempt.httpStatus,
    "signalbox.tries": attempt.tries,
    "signalbox.duration_ms": attempt.durationMs,
    "signalbox.queued_ms": attempt.queuedMs,
    "signalbox.wait_ms": attempt.waitMs,
    "signalbox.not_called": attempt.notCalled,
  };
}

function sayCharge(attempt: ToldAttempt): Said {
  return {
    "gen_ai.usage.input_tokens": attempt.inputTokens,
    "gen_ai.usage.cache_read.input_tokens": attempt.cachedInputTokens,
    "gen_ai.usage.output_tokens": attempt.outputTokens,
    "gen_ai.usage.reasoning.output_tokens": attempt.reasoningTokens,
    "signalbox.cost_nano_usd": attempt.costNanoUsd,
    "signalbox.is_estimate": attempt.isEstimate,
    "signalbox.may_be_billed": attempt.mayBeBilled,
  };
}

export function sayJudged(event: AttemptJudged): Said {
  const { isUsed, kind } = event.verdict;
  return { ...nameAttempt(event), "signalbox.is_used": isUsed, "error.type": kind };
}

export function sayReserved({ costNanoUsd, tokens, calls, durationMs }: Reservation): Said {
  return {
    "signalbox.budget.cost_nano_usd": costNanoUsd,
    "signalbox.budget.tokens": tokens,
    "signalbox.budget.calls": calls,
    "signalbox.budget.duration_ms": durationMs,
  };
}

/** As workflows/spend.ts settles it, of the limits of which something was held. */
export function saySettled(
  reserved: Reservation,
  { costNanoUsd = 0, inputTokens = 0, outputTokens = 0, durationMs, notCalled }: ToldAttempt,
): Said {
  const holds = (limit: keyof Reservation): boolean => reserved[limit] !== undefined;
  return {
    "signalbox.budget.cost_nano_usd": holds("costNanoUsd") ? costNanoUsd : undefined,
    "signalbox.budget.tokens": holds("tokens") ? inputTokens + outputTokens : undefined,
    "signalbox.budget.calls": holds("calls") ? (notCalled ? 0 : 1) : undefined,
    "signalbox.budget.duration_ms": holds("durationMs") ? durationMs : undefined,
  };
}

export function sayVerdict(verdict: GuardVerdict): Said {
  const { findings } = verdict;
  return {
    "signalbox.guardrail": verdict.guardrail,
    "signalbox.guardrail.direction": verdict.direction,
    "signalbox.guardrail.outcome": verdict.outcome,
    "signalbox.guardrail.action": verdict.action,
    "signalbox.guardrail.why": verdict.why,
    "signalbox.guardrail.is_waived": verdict.isWaived,
    "signalbox.guardrail.findings": findings?.map(({ kind }) => kind),
    "signalbox.guardrail.counts": findings?.map(({ count }) => count),
    "signalbox.guardrail.severities": findings?.map(({ severity }) => severity),
    "signalbox.duration_ms": verdict.durationMs,
  };
}
