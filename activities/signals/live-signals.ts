/** What a worker learns of its models while it calls them, and whether one may be called now. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import type { ProviderLimits, Signals } from "../../plugins/contract.ts";

/** Routes read it, attempts ask it for leave and tell it how they ended. None of it waits, but for leave. */
export interface LiveSignals extends Signals {
  /** Every `provider/model` that is remembered. */
  models(): readonly string[];
  /** Told how a call ended that was made. */
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
}

export type Admission =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** `"rate_limited"`: by a limit that the user set. `"unavailable"`: by a breaker. */
      readonly kind: "rate_limited" | "unavailable";
      /** For people. */
      readonly why: string;
      /** When it is worth asking again. */
      readonly retryAfterMs: number;
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
} & (
    | { readonly ok: true; readonly outputTokens?: number; readonly costNanoUsd?: number }
    | {
        readonly ok: false;
        readonly kind: FailureKind;
        /** How long the provider asked to wait. */
        readonly retryAfterMs?: number;
      }
  );

/** What a run says of a reply: 0, of no use, to 1, all that was wanted. */
export interface RewardReport extends StepPlace {
  readonly model: string;
  readonly value: number;
}
