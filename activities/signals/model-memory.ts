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
    const [well, sick] = [this.#well.at(now), this.#sick.at(now)];
    const counted = well + sick;
    return {
      calls: this.#calls.at(now),
      // Nothing speaks against a model of which nothing is known.
      successRate: counted > LEAST_WEIGHT ? well / counted : 1,
      failures: this.#failuresAt(now),
      ...present("firstTokenMs", this.#firstTokenMs.read()),
      ...present("durationMs", this.#durationMs.read()),
      ...present("tokensPerSecond", this.#tokensPerSecond.read()),
      ...present("costNanoUsd", this.#costNanoUsd.at(now)),
      ...present("headroom", this.#headroom.at(now)),
      breaker,
      ...(blockedUntil > now && { blockedUntil }),
    };
  }

  snapshotAt(model: string, now: number, seenAt: number): ModelSnapshot {
    const cost = this.#costNanoUsd.at(now);
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
      ...present("breaker", this.breaker.memory()),
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
    const weights = [...this.#failures].map(([kind, count]) => [kind, count.at(now)] as const);
    return Object.fromEntries(weights.filter(([, weight]) => weight > LEAST_WEIGHT));
  }
}

function sum(): DecayingSum {
  return new DecayingSum(HEALTH_HALF_LIFE_MS);
}

function addAll(to: DecayingPercentiles, weights: readonly BucketWeight[], takenAt: number): void {
  if (weights.length > 0) to.addWeights(weights, takenAt);
}

/** A member that is left out where nothing is known. */
function present<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [K in Name]?: Value } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A computed key is typed as any string.
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in Name]?: Value };
}
