/** How what was seen grows old: each half-life halves its weight. */

/**
 * Of health and speed. Providers fall ill and recover within minutes: after five, an outage that has passed weighs half, and
 * after half an hour nothing, while a model that is called once a minute still has some seven calls to go by.
 */
export const HEALTH_HALF_LIFE_MS = 5 * 60_000;

/**
 * Of rewards and of the length of replies. They change with a release of the model or of the graph, not with the load
 * of an hour, and runs may report few of them a day.
 */
export const QUALITY_HALF_LIFE_MS = 24 * 60 * 60_000;

/** What is left of a weight after so long. A clock that was set back makes nothing younger. */
export function decayOver(durationMs: number, halfLifeMs: number): number {
  return durationMs <= 0 ? 1 : 2 ** (-durationMs / halfLifeMs);
}

/** A sum whose parts lose weight with their age. */
export class DecayingSum {
  readonly #halfLifeMs: number;
  #value = 0;
  #at = 0;

  constructor(halfLifeMs: number) {
    this.#halfLifeMs = halfLifeMs;
  }

  add(amount: number, now: number): void {
    this.#value = this.at(now) + amount;
    this.#at = now;
  }

  /** As it stands at `now`. */
  at(now: number): number {
    return this.#value * decayOver(now - this.#at, this.#halfLifeMs);
  }
}

/** A mean to which older values count less. */
export class DecayingMean {
  readonly #sum: DecayingSum;
  readonly #count: DecayingSum;

  constructor(halfLifeMs: number) {
    this.#sum = new DecayingSum(halfLifeMs);
    this.#count = new DecayingSum(halfLifeMs);
  }

  /** @param weight - how many values `value` is the mean of. */
  add(value: number, now: number, weight = 1): void {
    this.#sum.add(value * weight, now);
    this.#count.add(weight, now);
  }

  /** `undefined`: there is none, or it is so old that nothing is left of it. */
  at(now: number): number | undefined {
    const count = this.#count.at(now);
    return count > 0 ? this.#sum.at(now) / count : undefined;
  }

  weightAt(now: number): number {
    return this.#count.at(now);
  }
}
