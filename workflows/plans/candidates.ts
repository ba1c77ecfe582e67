/** What all plans share: which candidates are passed over, and the end of a step that has none left. */

import type { Candidate, Route } from "../../activities/contract.ts";
import { NO_AMOUNTS } from "../../graph/budget.ts";
import type { ModelCallDefinition } from "../../graph/definition.ts";
import { fallsBack } from "../../graph/failure-kinds.ts";
import { recoveryOf, type Asking, type CandidateOutcome } from "../asking.ts";
import {
  deadlinePassed,
  guardrailBlocked,
  noCandidateLeft,
  overBudget,
  type Tried,
} from "../give-up.ts";
import type { AttemptFailure } from "../host.ts";
import type { RunError } from "../run-error.ts";
import type { Shortage } from "../ledger.ts";

/** A step whose candidates are asked by a plan. */
export interface StepAsking extends Pick<
  Asking,
  "call" | "context" | "route" | "time" | "turns" | "tried" | "guards"
> {
  /**
   * Makes a model call of the plan's own. It has a route, attempts and a share of the step's budget and time, and follows
   * no plan.
   *
   * @param part - what it is called, behind the step's path.
   */
  readonly consult: (call: ModelCallDefinition, part: string) => Promise<unknown>;
}

/** A candidate and its place. */
export interface RankedCandidate {
  readonly candidate: Candidate;
  readonly index: number;
}

/** The candidates in order, without those that may not be asked now: these are noted. */
export class Candidates {
  readonly #asking: StepAsking;
  readonly #again: Candidate[] = [];
  #next = 0;

  constructor(asking: StepAsking) {
    this.#asking = asking;
  }

  next(): RankedCandidate | undefined {
    const { route, tried } = this.#asking;
    for (;;) {
      const index = this.#next++;
      const candidate = route.candidates[index] ?? this.#again[index - route.candidates.length];
      if (candidate === undefined) return undefined;
      const why = whyNot(candidate, this.#asking);
      if (why === undefined) return { candidate, index };
      tried.excluded.push({ model: candidate.model, why });
    }
  }

  /** Whether nothing comes after it. */
  isLast({ index }: RankedCandidate): boolean {
    return index === this.#asking.route.candidates.length + this.#again.length - 1;
  }

  /** One that was not called, and failed with that, comes again when all others have been asked: then it is waited for. */
  keepForLater({ candidate, index }: RankedCandidate, outcome: CandidateOutcome): void {
    if (outcome.ok || "shortage" in outcome || !wasRefused(outcome.failure)) return;
    const isFirstTime = index < this.#asking.route.candidates.length;
    if (isFirstTime && !this.isLast({ candidate, index })) this.#again.push(candidate);
  }
}

/** Whether a model was not asked because of its breaker. */
function wasRefused({ notCalled, guard }: AttemptFailure): boolean {
  return notCalled === true && guard === undefined;
}

/** How a step goes on after a candidate that gave no answer. */
export interface Onward {
  readonly tryNext: boolean;
  /** What stood against the call. */
  readonly shortage?: Shortage;
}

/** Whether the next candidate may do better. */
export function goOn(
  { call, tried }: StepAsking,
  candidate: Candidate,
  outcome: Exclude<CandidateOutcome, { readonly ok: true }>,
): Onward {
  if ("shortage" in outcome) {
    const { shortage } = outcome;
    if (shortage.ledger.atLimit !== "degrade") return { tryNext: false, shortage };
    // A cheaper one may fit what is left.
    tried.excluded.push({ model: candidate.model, why: "it may take more than is left" });
    return { tryNext: true, shortage };
  }
  const { kind, guard } = outcome.failure;
  if (guard) return { tryNext: guard.action === "retry" || guard.action === "fallback" };
  return { tryNext: fallsBack(kind, recoveryOf(call, candidate)) };
}

/** The error of a step that got no reply. */
export function gaveUp(asking: StepAsking, last: Shortage | undefined): RunError {
  const { context, tried, time } = asking;
  const failed = tried.failures.at(-1);
  if (failed?.guard && last === undefined) return guardrailBlocked(context, tried, failed.message);
  const shortage = last ?? outOfSeconds(asking);
  if (shortage) return overBudget(context, tried, shortage);
  // The last attempt was cut short by that.
  if (context.host.now() >= time.endsAt) return deadlinePassed(context, tried, time.endsAt);
  return noCandidateLeft(context, tried);
}

/** Attempts are cut to the seconds that are left: the last one has used them up. */
function outOfSeconds({ call, context }: StepAsking): Shortage | undefined {
  const { ledger } = context;
  if (ledger.unused().seconds !== 0) return undefined;
  const held = ledger.hold({ ...NO_AMOUNTS, seconds: call.deadlineMs });
  return held.ok ? undefined : held.shortage;
}

/** Why a candidate is passed over, or `undefined`. */
function whyNot(
  { price, contextWindow }: Candidate,
  { context, route, tried }: StepAsking,
): string | undefined {
  if (price === undefined && context.ledger.isLimited("usd")) {
    return "its price is not known, and a budget in USD applies";
  }
  const tooSmall = widestThatFailed(route, tried);
  return contextWindow !== undefined && contextWindow <= tooSmall
    ? "its context window is no larger than one that was too small"
    : undefined;
}

/** 0: none was too small, or nothing is known of its size. */
function widestThatFailed({ candidates }: Route, { failures }: Tried): number {
  const tooSmall = failures.filter(({ kind }) => kind === "context_length");
  const windows = tooSmall.map(
    ({ model }) => candidates.find((known) => known.model === model)?.contextWindow ?? 0,
  );
  return Math.max(0, ...windows);
}
