/** The errors of a step that cannot be done: each lists every attempt, so that one message tells the whole story. */

import { describeAmount } from "../graph/budget.ts";
import type { AttemptFailure } from "./host.ts";
import type { Shortage } from "./ledger.ts";
import { RunError } from "./run-error.ts";
import type { StepContext } from "./step-context.ts";

/** What was tried for a step, and what was not. */
export interface Tried {
  readonly failures: AttemptFailure[];
  /** Models that were passed over. */
  readonly excluded: Exclusion[];
}

export interface Exclusion {
  readonly model: string;
  /** Ends a sentence about the model, such as `its price is not known`. */
  readonly why: string;
}

/** Every model has failed, or may not be used. */
export function noCandidateLeft(context: StepContext, tried: Tried): RunError {
  const isTried = tried.failures.length > 0;
  return giveUp("RUN_NO_CANDIDATE_LEFT", context, tried, {
    what: "has no model left to try",
    todo: isTried
      ? "Add another model to the alias, or start the run again once a provider has recovered."
      : "Add a model to the alias that may be used.",
  });
}

/** The next call might pass a limit. */
export function overBudget(context: StepContext, tried: Tried, shortage: Shortage): RunError {
  return giveUp("RUN_BUDGET_EXCEEDED", context, tried, {
    what: `is stopped by a budget: ${describeShortage(shortage)}`,
    todo: `Raise the budget, lower "maxOutputTokens", or give the step a cheaper model.`,
  });
}

/** The time of the step, which was up at `endsAt`, or of the whole run, has passed. */
export function deadlinePassed(context: StepContext, tried: Tried, endsAt: number): RunError {
  const whose = endsAt >= context.run.endsAt ? "the run" : "the step";
  return giveUp("RUN_DEADLINE_PASSED", context, tried, {
    what: `is stopped: the deadline of ${whose} has passed`,
    todo: "Give it more time, or the attempts less.",
  });
}

/** A guardrail stands in the way. Its words name what it found, never the thing. */
export function guardrailBlocked(context: StepContext, tried: Tried, message: string): RunError {
  return giveUp("RUN_GUARDRAIL_BLOCKED", context, tried, {
    what: `is stopped: ${message}`,
    todo: "Change what is asked, or what the guardrail is to do about it.",
  });
}

/** What stands against the next call, for people. */
export function describeShortage({ ledger, limit, need, left }: Shortage): string {
  const whose = ledger.path === "" ? "the run" : `"${ledger.path}"`;
  const allowed = describeAmount(limit, ledger.limits[limit] ?? 0);
  return (
    `${whose} may use ${allowed}, has ${describeAmount(limit, left)} left, ` +
    `and the next call may take up to ${describeAmount(limit, need)}`
  );
}

/** What the error tells programs. */
export interface GivenUp {
  /** The step's path. */
  readonly step: string;
  readonly attempts: readonly AttemptFailure[];
}

interface Words {
  readonly what: string;
  readonly todo: string;
}

function giveUp(
  code:
    | "RUN_NO_CANDIDATE_LEFT"
    | "RUN_BUDGET_EXCEEDED"
    | "RUN_DEADLINE_PASSED"
    | "RUN_GUARDRAIL_BLOCKED",
  { run, path }: StepContext,
  { failures, excluded }: Tried,
  { what, todo }: Words,
): RunError {
  const attempts = failures.map((failure, index) => `${index + 1}. ${describeFailure(failure)}`);
  const others = excluded.map(({ model, why }) => `${model}: ${why}`);
  const parts = [
    `Step "${path}" of graph "${run.graph}" ${what}.`,
    ...(attempts.length > 0 ? [`Attempts: ${attempts.join("; ")}.`] : []),
    ...(others.length > 0 ? [`Not tried: ${others.join("; ")}.`] : []),
    todo,
  ];
  const details: GivenUp = { step: path, attempts: failures };
  return new RunError(code, parts.join(" "), { details });
}

function describeFailure(failure: AttemptFailure): string {
  const { message, kind, httpStatus, requestId, durationMs, tries, waitMs } = failure;
  const facts = [
    kind,
    httpStatus === undefined ? undefined : `HTTP ${httpStatus}`,
    requestId === undefined ? undefined : `request ${requestId}`,
    tries > 1 ? `${tries} calls` : undefined,
    waitMs === undefined ? undefined : `asked to wait ${Math.ceil(waitMs / 1_000)} s`,
    `${durationMs} ms`,
  ];
  return `${message} (${facts.filter((fact) => fact !== undefined).join(", ")})`;
}
