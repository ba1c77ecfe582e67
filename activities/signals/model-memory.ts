/** What is remembered of one model: how its calls ended, how long they took, what they cost. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import { isFailureKind } from "../../graph/failure-kinds.ts";
import type { BreakerState, ModelSignals } from "../../plugins/contract.ts";
import { Breaker, type CallEnd } from "./breaker.ts";
import { DecayingMean, DecayingSum, HEALTH_HALF_LIFE_MS } from "./decay.ts";
import { DecayingPercentiles, type BucketWeight } from "./decaying-percentiles.ts";
import { Headroom } from "./headroom.ts";
import type { Verdict } from "./health.ts";
import type { ObservedCall } from "./live-signals.ts";
import type { ModelSnapshot } from "./signals-snapshot.ts";

/** A weight below this is nothing: eight half-lives of one call. */
const LEAST_WEIGHT = 1 / 256;

type Mutable<T> = { -readonly [Name in keyof T]: T[Name] };

export class ModelMemory {
  readonly breaker = new Breaker();
  readonly #calls = sum();
  readonly #well = sum();
  readonly #sick = sum();
  readonly #failures = new Map<FailureKind, DecayingSum>();
  readonly #costNanoUsd = new DecayingMean(HEALTH_HALF_LIFE_MS);
  readonly #firstTokenMs = new DecayingPercentiles(HEALTH_HALF_LIFE_MS);
  readonly #durationMs = new DecayingPercentiles(HEALTH_HALF_LIFE_MS);
  readonly #tokensPerSecond = new DecayingPercentiles(HEALTH_HALF_LIFE_MS);
  readonly #headroom = new Headroom();
  /** Why a call failed that said something of its health, the last time. */
  lastFailure: FailureKind | undefined;

  /** @param end - the same call, for its breaker. */
  record(call: ObservedCall, end: CallEnd, health: Verdict): void {
    const now = end.endedAt;
    this.breaker.record(end);
    if (!call.ok && call.kind === "cancelled") return;
    this.#calls.add(1, now);
    if (call.limits) this.#headroom.record(call.limits, now);
    if (call.firstTokenMs !== undefined) this.#firstTokenMs.add(call.firstTokenMs, now);
    if (call.ok) return this.#recordReply(call, now);
    if (health === "sick" || health === "dead") {
      this.#sick.add(1, now);
      this.lastFailure = call.kind;
    }
    this.#failuresOf(call.kind).add(1, now);
  }

  /** The half of its answers takes longer. `undefined`: none was seen. */
  get medianMs(): number | undefined {
    return this.#durationMs.read()?.p50;
  }

  /**
   * Of this moment.
   *
   * @param breaker - its own state, or its provider's where that is worse.
   * @param blockedUntil - likewise. 0 or less: nothing is in the way.
   */
  signalsAt(now: number, breaker: BreakerState, blockedUntil: number): ModelSignals {
    const well = this.#well.at(now);
    const counted = well + this.#sick.at(now);
    // Member by member: the engine is several times slower at objects that spreads put together, to make and to read.
    const signals: Mutable<ModelSignals> = {
      calls: this.#calls.at(now),
      // Nothing speaks against a model of which nothing is known.
      successRate: counted > LEAST_WEIGHT ? well / counted : 1,
      failures: this.#failuresAt(now),
      breaker,
    };
    const firstTokenMs = this.#firstTokenMs.read();
    if (firstTokenMs !== undefined) signals.firstTokenMs = firstTokenMs;
    const durationMs = this.#durationMs.read();
    if (durationMs !== undefined) signals.durationMs = durationMs;
    const tokensPerSecond = this.#tokensPerSecond.read();
    if (tokensPerSecond !== undefined) signals.tokensPerSecond = tokensPerSecond;
    const costNanoUsd = this.#costNanoUsd.at(now);
    if (costNanoUsd !== undefined) signals.costNanoUsd = costNanoUsd;
    const headroom = this.#headroom.at(now);
    if (headroom !== undefined) signals.headroom = headroom;
    if (blockedUntil > now) signals.blockedUntil = blockedUntil;
    return signals;
  }

  snapshotAt(model: string, now: number, seenAt: number): ModelSnapshot {
    const cost = this.#costNanoUsd.at(now);
    const breaker = this.breaker.memory();
    return {
      model,
      seenAt,
      calls: this.#calls.at(now),
      well: this.#well.at(now),
      sick: this.#sick.at(now),
      failures: this.#failuresAt(now),
      ...(cost !== undefined && { cost: [cost, this.#costNanoUsd.weightAt(now)] }),
      firstTokenMs: this.#firstTokenMs.weightsAt(now),
      durationMs: this.#durationMs.weightsAt(now),
      tokensPerSecond: this.#tokensPerSecond.weightsAt(now),
      ...(breaker !== undefined && { breaker }),
    };
  }

  /** Starts from what another worker knew at `takenAt`. */
  resume(known: ModelSnapshot, takenAt: number, now: number): void {
    this.#calls.add(known.calls, takenAt);
    this.#well.add(known.well, takenAt);
    this.#sick.add(known.sick, takenAt);
    for (const [kind, weight] of Object.entries(known.failures)) {
      if (isFailureKind(kind)) this.#failuresOf(kind).add(weight, takenAt);
    }
    if (known.cost) this.#costNanoUsd.add(known.cost[0], takenAt, known.cost[1]);
    addAll(this.#firstTokenMs, known.firstTokenMs, takenAt);
    addAll(this.#durationMs, known.durationMs, takenAt);
    addAll(this.#tokensPerSecond, known.tokensPerSecond, takenAt);
    if (known.breaker) this.breaker.resume(known.breaker, now);
  }

  #recordReply(call: Extract<ObservedCall, { readonly ok: true }>, now: number): void {
    const { durationMs, outputTokens, costNanoUsd } = call;
    this.#well.add(1, now);
    this.#durationMs.add(durationMs, now);
    if (costNanoUsd !== undefined) this.#costNanoUsd.add(costNanoUsd, now);
    if (outputTokens !== undefined && outputTokens > 0 && durationMs > 0) {
      this.#tokensPerSecond.add((outputTokens * 1_000) / durationMs, now);
    }
  }

  #failuresOf(kind: FailureKind): DecayingSum {
    const known = this.#failures.get(kind);
    if (known) return known;
    const made = sum();
    this.#failures.set(kind, made);
    return made;
  }

  #failuresAt(now: number): ModelSignals["failures"] {
    const failures: Mutable<ModelSignals["failures"]> = {};
    for (const [kind, count] of this.#failures) {
      const weight = count.at(now);
      if (weight > LEAST_WEIGHT) failures[kind] = weight;
    }
    return failures;
  }
}

function sum(): DecayingSum {
  return new DecayingSum(HEALTH_HALF_LIFE_MS);
}

function addAll(to: DecayingPercentiles, weights: readonly BucketWeight[], takenAt: number): void {
  if (weights.length > 0) to.addWeights(weights, takenAt);
}
