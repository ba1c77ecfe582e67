/** What a worker learns of its models while it calls them, and whether one may be called now. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import type { BreakerState, ProviderLimits, Signals } from "../../plugins/contract.ts";
import type { SignalsSnapshot } from "./signals-snapshot.ts";

/** Routes read it, attempts ask it for leave and tell it how they ended. None of it waits, but for leave. */
export interface LiveSignals extends Signals {
  /**
   * The same, as it stands now, for one decision: the clock is asked once, and not for each of hundreds of models. To be
   * read before anything else happens.
   */
  ofThisMoment(): Signals;
  /** Every `provider/model` that is remembered. */
  models(): readonly string[];
  /** Told how a call ended that was made. A cancelled one too: it may have been a probe. */
  observe(call: ObservedCall): void;
  /** What a run reports of a reply. */
  reward(report: RewardReport): void;
  /** How many tokens replies to this step took lately, on average. `undefined`: none was seen. */
  outputTokensOf(place: StepPlace): number | undefined;
  /**
   * Whether this decision may put a model first whose breaker is half-open: one at a time may find out whether it is
   * well again. It is kept for a few seconds, for the attempt that follows.
   */
  reserveProbe(model: string): boolean;
  /** Asks for leave to call a model now: by its breaker, its provider's, and the limits that the user set. */
  admit(wanted: WantedCall): Promise<Admission>;
  /** The breaker of a whole provider: it holds for all its models, and `of` tells it with each of them. */
  providerBreaker(provider: string): ProviderBreaker;
  /** All that was learned, as plain JSON. */
  snapshot(): SignalsSnapshot;
  /** Starts from a snapshot, wherever nothing was seen here. What is no snapshot is passed over. */
  load(snapshot: unknown): void;
  /** Stops listening to other workers. */
  close(): void;
}

export interface ProviderBreaker {
  readonly breaker: BreakerState;
  /** When it lets one call through, in milliseconds since 1970. Absent: nothing is in the way. */
  readonly blockedUntil?: number;
}

export interface StepPlace {
  readonly graph: string;
  /** The step's path; items and rounds of one step count as one. */
  readonly step: string;
}

export interface WantedCall {
  /** `provider/model`. */
  readonly model: string;
  /** Tokens that it may take, for limits of tokens a minute. */
  readonly tokens: number;
  /** How long it may take at most: if it is a probe, it counts as lost after that. */
  readonly deadlineMs: number;
}

export type Admission =
  | {
      readonly ok: true;
      /** This call finds out whether a model is well again: `observe` is to be told. Absent: it does not. */
      readonly probe?: number;
    }
  | {
      readonly ok: false;
      /** `"rate_limited"`: by a limit that the user set. `"unavailable"`: by a breaker. */
      readonly kind: "rate_limited" | "unavailable";
      /** For people. */
      readonly why: string;
      /** When it is worth asking again. */
      readonly retryAfterMs: number;
      /** Another call is finding out whether the model is well again: it will soon be known. */
      readonly isProbing?: true;
    };

/** A call that was made, and how it ended. */
export type ObservedCall = StepPlace & {
  /** `provider/model`. */
  readonly model: string;
  readonly durationMs: number;
  /** From the request to the first part of the answer. Absent: none came, or it was not told. */
  readonly firstTokenMs?: number;
  /** What the provider says of its limits. */
  readonly limits?: ProviderLimits;
  /** As its admission said. */
  readonly probe?: number;
} & (
    | { readonly ok: true; readonly outputTokens?: number; readonly costNanoUsd?: number }
    | {
        readonly ok: false;
        readonly kind: FailureKind;
        /** How long the provider asked to wait. */
        readonly retryAfterMs?: number;
        /** The time of the caller was up: of a model that usually takes longer, that says nothing. */
        readonly isCutShort?: true;
      }
  );

/** What a run says of a reply: 0, of no use, to 1, all that was wanted. */
export interface RewardReport extends StepPlace {
  readonly model: string;
  readonly value: number;
}
