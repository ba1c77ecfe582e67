/** Puts what is known into the words of events, and leaves out what they are not to tell. */

import type { Reservation } from "../../activities/contract.ts";
import type { NewRunEvent, ToldAttempt } from "../run-event.ts";
import type { Attempt } from "../run.ts";
import type { KnownAttempt } from "./attempt-book.ts";
import type { StartedStep } from "./fact.ts";
import type { WaitOver } from "./waits.ts";

/** What of an attempt is told. A list, as histories hold more of it than its type says. */
const TOLD: Readonly<Record<keyof ToldAttempt, true>> = {
  step: true,
  model: true,
  fallback: true,
  plan: true,
  isStandIn: true,
  arm: true,
  status: true,
  tries: true,
  kind: true,
  httpStatus: true,
  notCalled: true,
  isFromJournal: true,
  waitMs: true,
  durationMs: true,
  queuedMs: true,
  inputTokens: true,
  cachedInputTokens: true,
  outputTokens: true,
  reasoningTokens: true,
  costNanoUsd: true,
  isEstimate: true,
  mayBeBilled: true,
  requestId: true,
  isUsed: true,
  guards: true,
};

export function asked(
  attemptId: string,
  { step, model, fallback, plan, isStandIn, arm }: Attempt,
  reserved: Reservation | undefined,
): NewRunEvent {
  return {
    type: "attempt.started",
    attemptId,
    step,
    model,
    fallback,
    ...(plan && { plan }),
    ...(isStandIn && { isStandIn }),
    ...(arm !== undefined && { arm }),
    ...(reserved && { reserved }),
  };
}

export function ended(known: KnownAttempt | undefined): readonly NewRunEvent[] {
  if (known === undefined) return [];
  return [{ type: "attempt.ended", attemptId: known.id, attempt: told(known.attempt) }];
}

function told(attempt: Attempt): ToldAttempt {
  const members = Object.entries(attempt).filter(
    ([name, value]) => Object.hasOwn(TOLD, name) && value !== undefined,
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Some of the members of one.
  return Object.fromEntries(members) as unknown as ToldAttempt;
}

export function judged(known: KnownAttempt | undefined): readonly NewRunEvent[] {
  if (known === undefined) return [];
  const { step, model, isUsed, kind, guards } = known.attempt;
  const verdict = {
    ...(isUsed !== undefined && { isUsed }),
    ...(kind !== undefined && { kind }),
    ...(guards !== undefined && { guards }),
  };
  return [{ type: "attempt.judged", attemptId: known.id, step, model, verdict }];
}

export function decided({ step, kind, how }: WaitOver): NewRunEvent {
  return { type: "step.decided", step, kind, how };
}

export function cancelled({ step, kind }: StartedStep): NewRunEvent {
  return { type: "step.ended", step, kind, status: "cancelled" };
}
