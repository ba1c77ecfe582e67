/** How workers share what they learn, and keep limits together. Third parties write against this, see contract.ts. */

import type { FailureKind } from "../graph/failure-kinds.ts";
import type { ProviderLimits } from "./contract.ts";

/**
 * Joins the workers of one installation. It stands in the way of calls, so no member throws, rejects or takes long:
 * while the others are out of reach, it does what one worker can do alone, and says so once.
 *
 * No key, prompt or reply goes through it.
 */
export interface SignalExchange {
  /** Tells the other workers. Does not wait, and nobody is told whether it arrived. */
  publish(observation: SharedObservation): void;
  /**
   * Hears what other workers publish, never what this one does. What arrives was checked: see `readObservation`.
   *
   * @returns Ends it.
   */
  subscribe(listener: (observation: SharedObservation) => void): () => void;
  /**
   * Takes a name for a while: of all workers, and all calls in one, one gets it. It lapses by itself, and only then
   * may it be had again.
   */
  lease(name: string, durationMs: number): Promise<boolean>;
  /** Takes a call's share of limits a minute: of all of them, or of none where one has no room. */
  take(wanted: WantedShare): Promise<TakenShare>;
  /** What was saved last, by whatever worker; not checked. Default, and where there is nothing: `undefined`. */
  load?(): Promise<unknown>;
  /** Keeps plain JSON for workers that start later; the last one who saves wins. Default: nothing is kept. */
  save?(snapshot: unknown): Promise<void>;
  /** Frees sockets and timers. Called once, when the worker stops. Default: nothing to free. */
  close?(): Promise<void>;
}

/** What a worker tells the others. Plain JSON. */
export type SharedObservation = { readonly call: SharedCall } | { readonly reward: SharedReward };

/** A call that was made, and how it ended. */
export type SharedCall = {
  /** The graph's id. */
  readonly graph: string;
  /** The step's path. */
  readonly step: string;
  /** `provider/model`. */
  readonly model: string;
  readonly durationMs: number;
  /** Absent: no part of an answer came, or it was not told. */
  readonly firstTokenMs?: number;
  readonly limits?: ProviderLimits;
} & (
  | { readonly ok: true; readonly outputTokens?: number; readonly costNanoUsd?: number }
  | { readonly ok: false; readonly kind: FailureKind; readonly retryAfterMs?: number }
);

/** What a run says of a reply. */
export interface SharedReward {
  readonly graph: string;
  readonly step: string;
  /** `provider/model`. */
  readonly model: string;
  /** From 0 to 1. */
  readonly value: number;
}

/** What a model, or all models that a pattern names, may be asked for in a minute. At least one of the two. */
export interface UserLimit {
  readonly requestsPerMinute?: number;
  readonly tokensPerMinute?: number;
}

/** Limits as the configuration has them: by `provider/model`, or by a pattern whose models share the limit. */
export type UserLimits = Readonly<Record<string, UserLimit>>;

/** A limit with its name in the configuration, by which workers agree on what is left of it. */
export interface NamedLimit extends UserLimit {
  readonly name: string;
}

/** A call that asks for its share. */
export interface WantedShare {
  /** Tokens that the call may take. One that takes more than a minute allows gets through once nothing else is owed. */
  readonly tokens: number;
  readonly limits: readonly NamedLimit[];
}

export type TakenShare =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** The limit that has no room; of several, the one that has it last. */
      readonly limit: string;
      /** When it is worth asking again, if nobody else asks before. */
      readonly retryAfterMs: number;
    };
