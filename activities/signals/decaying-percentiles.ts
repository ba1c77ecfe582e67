/**
 * Percentiles of what was seen lately, to within 4 %: a histogram whose buckets grow by 8 %, and whose weights decay.
 *
 * @see https://www.vldb.org/pvldb/vol12/p2195-masson.pdf (DDSketch: buckets by logarithm bound the relative error)
 */

import type { Percentiles } from "../../plugins/contract.ts";
import { decayOver } from "./decay.ts";

/** The middle of a bucket is at most √1.08, so 3.93 %, away from what fell into it. */
const GROWTH = 1.08;
const LOG_GROWTH = Math.log(GROWTH);
/** From a hundredth, of a millisecond or of a token a second, to 10⁷: nearly three hours. What lies outside is clamped. */
const LEAST = 0.01;
const BUCKETS = Math.ceil(Math.log(1e9) / LOG_GROWTH);
/** Weights of new values double each half-life instead of the old ones being halved; well within a 32-bit float. */
const MOST_DOUBLINGS = 40;

/** Weights that came from elsewhere are rounded: what is equal is not to be told apart by that. */
const ROUNDING = 1e-3;

/** A bucket's number and its weight. */
export type BucketWeight = readonly [bucket: number, weight: number];

export class DecayingPercentiles {
  readonly #halfLifeMs: number;
  /** 32 bits keep a model at 3 kB, so that 10,000 of them are 30 MB. */
  readonly #weights = new Float32Array(BUCKETS);
  /** When a value has the weight 1. */
  #since = Number.NaN;
  /** Between them lies all that was ever seen: of one model, a small part of the buckets. */
  #lowest = BUCKETS;
  #highest = -1;
  /** Time alone changes nothing: all weights decay alike. */
  #read: Percentiles | undefined;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  add(value: number, now: number): void {
    this.#addTo(bucketOf(value), 1, now);
  }

  /** What {@link weightsAt} gave. */
  addWeights(weights: readonly BucketWeight[], now: number): void {
    for (const [bucket, weight] of weights) {
      if (bucket >= 0 && bucket < BUCKETS) this.#addTo(Math.floor(bucket), weight, now);
    }
  }

  /** `undefined`: nothing was seen. Costs nothing until the next value comes. */
  read(): Percentiles | undefined {
    if (this.#read === undefined && !Number.isNaN(this.#since)) this.#read = this.#measure();
    return this.#read;
  }

  /** All of it, for others to start from. */
  weightsAt(now: number): readonly BucketWeight[] {
    const scale = 1 / this.#weightOfOne(now);
    return [...this.#weights.entries()]
      .filter(([, weight]) => weight * scale > 1e-3)
      .map(([bucket, weight]) => [bucket, Number((weight * scale).toPrecision(4))] as const);
  }

  #addTo(bucket: number, weight: number, now: number): void {
    if (Number.isNaN(this.#since)) this.#since = now;
    // First: it may scale what is there.
    const weightNow = weight * this.#weightOfOne(now);
    this.#weights[bucket] = (this.#weights[bucket] ?? 0) + weightNow;
    if (bucket < this.#lowest) this.#lowest = bucket;
    if (bucket > this.#highest) this.#highest = bucket;
    this.#read = undefined;
  }

  /** What a value of now weighs. */
  #weightOfOne(now: number): number {
    const doublings = (now - this.#since) / this.#halfLifeMs;
    if (doublings > MOST_DOUBLINGS) {
      const left = decayOver(now - this.#since, this.#halfLifeMs);
      for (let bucket = 0; bucket < BUCKETS; bucket++) {
        this.#weights[bucket] = (this.#weights[bucket] ?? 0) * left;
      }
      this.#since = now;
      return 1;
    }
    return 2 ** Math.max(0, doublings || 0);
  }

  #measure(): Percentiles {
    let total = 0;
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      total += this.#weights[bucket] ?? 0;
    }
    return { p50: this.#quantile(total * 0.5), p95: this.#quantile(total * 0.95) };
  }

  /** The middle of the first bucket up to which at least so much weight lies. */
  #quantile(weight: number): number {
    let below = 0;
    let last = 0;
    for (let bucket = this.#lowest; bucket <= this.#highest; bucket++) {
      const own = this.#weights[bucket] ?? 0;
      if (own === 0) continue;
      last = bucket;
      below += own;
      if (below >= weight * (1 - ROUNDING)) break;
    }
    return LEAST * GROWTH ** (last + 0.5);
  }
}

function bucketOf(value: number): number {
  if (!(value > LEAST)) return 0;
  return Math.min(BUCKETS - 1, Math.floor(Math.log(value / LEAST) / LOG_GROWTH));
}
