/** Sums up what became of the requests of one strategy. */

/** What became of one request. */
export interface Outcome {
  readonly isAnswered: boolean;
  /** Attempts in which a model was called, and that failed. */
  readonly failedAttempts: number;
  readonly calls: number;
  readonly durationMs: number;
  readonly costNanoUsd: number;
  /** The reply did what was asked for. */
  readonly isGood: boolean;
}

export class Tally {
  readonly #durations: number[] = [];
  #answered = 0;
  #soon = 0;
  #sooner = 0;
  #good = 0;
  #costNanoUsd = 0;
  #requests = 0;
  callsToDead = 0;
  /** Attempts that got no leave to call. */
  refusedAttempts = 0;
  /** Calls to a model that the alias excludes. */
  forbiddenCalls = 0;
  /** By model: how many there were, and when the last one came, in milliseconds since the simulation began. */
  readonly answers = new Map<string, { readonly count: number; readonly lastMs: number }>();

  add({ isAnswered, failedAttempts, calls, durationMs, costNanoUsd, isGood }: Outcome): void {
    this.#requests += 1;
    this.#costNanoUsd += costNanoUsd;
    if (!isAnswered) return;
    this.#answered += 1;
    if (failedAttempts <= 1) this.#soon += 1;
    if (calls <= 2) this.#sooner += 1;
    if (isGood) this.#good += 1;
    this.#durations.push(durationMs);
  }

  sawAnswer(model: string, lastMs: number): void {
    this.answers.set(model, { count: (this.answers.get(model)?.count ?? 0) + 1, lastMs });
  }

  get requests(): number {
    return this.#requests;
  }

  get successRate(): number {
    return this.#answered / this.#requests;
  }

  /** The share of requests answered by the first or the second attempt. */
  get soonRate(): number {
    return this.#soon / this.#requests;
  }

  /** Likewise, by the first or the second call: a failed one may be repeated within an attempt. */
  get soonerRate(): number {
    return this.#sooner / this.#requests;
  }

  /** Of all replies. */
  get quality(): number {
    return this.#good / this.#answered;
  }

  /** Per request. */
  get meanUsd(): number {
    return this.#costNanoUsd / this.#requests / 1e9;
  }

  get p95Ms(): number {
    const sorted = Float64Array.from(this.#durations).toSorted();
    return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? Number.NaN;
  }
}
