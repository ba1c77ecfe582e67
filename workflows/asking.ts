/** What is known while the candidates of one step are asked. Plain data. */

import type { AttemptOrigin, Candidate, Route, RoutePlan, Turn } from "../activities/contract.ts";
import type { ModelCallDefinition } from "../graph/definition.ts";
import type { RecoveryPolicy } from "../graph/failure-kinds.ts";
import type { Tried } from "./give-up.ts";
import type { StepGuards } from "./guards.ts";
import type { AttemptFailure } from "./host.ts";
import type { Shortage } from "./ledger.ts";
import type { Verdict } from "./run-record.ts";
import type { StepContext } from "./step-context.ts";

/** A candidate that is asked. */
export interface Asking {
  readonly call: ModelCallDefinition;
  readonly context: StepContext;
  readonly route: Route;
  readonly candidate: Candidate;
  /** Its place among the candidates. */
  readonly index: number;
  readonly time: StepTime;
  /** The conversation so far. Tool calls are added: the next candidate does not have them made again. */
  readonly turns: Turn[];
  readonly tried: Tried;
  readonly guards: StepGuards;
  /** The plan that it is asked for. Absent: candidates are simply tried one after the other. */
  readonly plan?: RoutePlan["kind"];
  /** Of a plan: it is asked because another one failed. */
  readonly isStandIn?: boolean;
  /** With no other model left to try, a provider may ask for all the time there is. */
  readonly isLastResort: boolean;
  /** Whether the step has gone on without it: then no further call is made. Default: never. */
  readonly isOver?: () => boolean;
  /** Told of the answer before anything that waits for what the call held: it may not be needed any more. */
  readonly onAnswer?: (answer: Pick<Answer, "value" | "said">) => void;
}

/**
 * The time of a step. It stands still while the step waits for its budget, as people may take days to raise one, and while
 * its call waits in the queue of a provider.
 */
export interface StepTime {
  /** When it is up, in milliseconds since 1970. */
  endsAt: number;
}

/** A reply that fits the step's schema. */
export interface Answer {
  /** What the schema made of it. */
  readonly value: unknown;
  /** What the model said: plain JSON. */
  readonly said: unknown;
  readonly candidate: Candidate;
  /** Its place among the candidates. */
  readonly index: number;
  /** The calls that led to it, the reply itself last. */
  readonly calls: readonly AnsweredCall[];
}

/** A call that was answered, of which more may be told. */
export interface AnsweredCall {
  /** Of the attempt. */
  readonly id: string;
  readonly tell: (verdict: Verdict) => void;
}

export type CandidateOutcome =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly failure: AttemptFailure }
  | { readonly ok: false; readonly shortage: Shortage };

/** For which failures this call goes on: the step's word, else the alias's. */
export function recoveryOf(
  { settings }: ModelCallDefinition,
  candidate: RecoveryPolicy,
): RecoveryPolicy {
  return {
    retryOn: settings.retryOn ?? candidate.retryOn,
    fallbackOn: settings.fallbackOn ?? candidate.fallbackOn,
  };
}

/** How the attempts of a candidate came about. */
export function originOf({ plan, isStandIn, candidate: { arm } }: Asking): AttemptOrigin {
  return {
    ...(plan && { plan }),
    ...(isStandIn && { isStandIn: true }),
    ...(arm !== undefined && { arm }),
  };
}
