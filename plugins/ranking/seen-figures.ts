/** What signals say of candidates, as numbers: of those that are the same as the last time, read once. */

import type { ModelSignals, RankCandidate } from "../contract.ts";
import { amount, MOST, share, UNKNOWN } from "./known.ts";

/** Which percentile of what was seen counts: `"p95"` is for those who fear the slow calls. */
export type Percentile = "p50" | "p95";

/** What the parts of a call's time weigh. */
export interface TimeWeights {
  /** Of the time to the first token. Default: 1. */
  readonly firstToken?: number;
  /** Of the time that the output takes to be written. Default: 1. */
  readonly writing?: number;
}

/** Fewer calls than this are as good as none: what they said has faded. */
const FEWEST_CALLS = 1;

/** As known.ts says why: constants of this module. */
const LIMIT = MOST;
const NOT_KNOWN = UNKNOWN;

/**
 * By the place of each candidate. To look into hundreds of objects takes longer than all else that a router does; but signals
 * are never changed, only replaced, and few are from one decision to the next.
 */
export class SeenFigures {
  readonly #percentile: Percentile;
  readonly #weights: Required<TimeWeights>;
  #seen: readonly (ModelSignals | undefined)[] = [];
  #waitingMs = new Float64Array();
  #msPerToken = new Float64Array();
  #wholeMs = new Float64Array();
  #successRates = new Float64Array();
  #isFresh = new Uint8Array();

  constructor(percentile: Percentile = "p50", { firstToken = 1, writing = 1 }: TimeWeights = {}) {
    this.#percentile = percentile;
    this.#weights = { firstToken, writing };
  }

  /** From 0 to 1, or {@link UNKNOWN}. Valid until the next reading. */
  get successRates(): Float64Array {
    return this.#successRates;
  }

  read(seen: readonly (ModelSignals | undefined)[]): void {
    if (seen.length !== this.#successRates.length) this.#beginAnew(seen.length);
    const before = this.#seen;
    for (let index = 0; index < seen.length; index += 1) {
      if (seen[index] !== before[index]) this.#readOne(seen[index], index);
    }
    this.#seen = seen;
  }

  /**
   * How long a reply is expected to take, in milliseconds: the time to its first token and that of writing the rest.
   * Without a rate of writing, as long as whole calls took.
   *
   * @param times - as long as `candidates`: what they are written into.
   */
  expectedMs(
    candidates: readonly RankCandidate[],
    times: Float64Array = new Float64Array(candidates.length),
  ): Float64Array {
    const rates = this.#msPerToken;
    const waiting = this.#waitingMs;
    const whole = this.#wholeMs;
    for (let index = 0; index < times.length; index += 1) {
      const tokens: unknown = candidates[index]?.outputTokens;
      const isKnown = typeof tokens === "number" && tokens >= 0 && tokens <= LIMIT;
      const msPerToken = rates[index]!;
      times[index] =
        isKnown && msPerToken !== NOT_KNOWN
          ? Math.min(waiting[index]! + tokens * msPerToken, LIMIT)
          : whole[index]!;
    }
    return times;
  }

  /** The places of those that are well, as far as is known, and were not called lately. */
  fresh(): readonly number[] {
    const fresh: number[] = [];
    for (let index = 0; index < this.#isFresh.length; index += 1) {
      if (this.#isFresh[index] === 1) fresh.push(index);
    }
    return fresh;
  }

  /** As of models of which nothing was seen. */
  #beginAnew(count: number): void {
    this.#seen = [];
    this.#waitingMs = new Float64Array(count);
    this.#msPerToken = new Float64Array(count).fill(UNKNOWN);
    this.#wholeMs = new Float64Array(count).fill(UNKNOWN);
    this.#successRates = new Float64Array(count).fill(UNKNOWN);
    this.#isFresh = new Uint8Array(count).fill(1);
  }

  /** {@link expectedMs} of one, for whoever asks later, by what was seen of it then. */
  expectedMsOf(seen: ModelSignals | undefined, { outputTokens }: RankCandidate): number {
    const { waitingMs, msPerToken, wholeMs } = this.#figuresOf(seen);
    const tokens = amount(outputTokens);
    const isKnown = tokens !== UNKNOWN && msPerToken !== UNKNOWN;
    return isKnown ? Math.min(waitingMs + tokens * msPerToken, MOST) : wholeMs;
  }

  #readOne(seen: ModelSignals | undefined, index: number): void {
    const { waitingMs, msPerToken, wholeMs, successRate } = this.#figuresOf(seen);
    this.#waitingMs[index] = waitingMs;
    this.#msPerToken[index] = msPerToken;
    this.#wholeMs[index] = wholeMs;
    this.#successRates[index] = successRate;
    const isWell = (seen?.breaker ?? "closed") === "closed";
    this.#isFresh[index] = isWell && amount(seen?.calls) < FEWEST_CALLS ? 1 : 0;
  }

  #figuresOf(seen: ModelSignals | undefined): OneSeen {
    const percentile = this.#percentile;
    const firstTokenMs = amount(seen?.firstTokenMs?.[percentile]);
    const durationMs = amount(seen?.durationMs?.[percentile]);
    const rate = amount(seen?.tokensPerSecond?.p50);
    const slowdown = percentile === "p95" ? spreadOf(seen) : 1;
    const msPerToken = Math.min((1000 / rate) * slowdown, MOST);
    return {
      waitingMs: Math.max(0, firstTokenMs) * this.#weights.firstToken,
      msPerToken: rate <= 0 ? UNKNOWN : msPerToken * this.#weights.writing,
      wholeMs: durationMs === UNKNOWN ? firstTokenMs : durationMs,
      successRate: share(seen?.successRate),
    };
  }
}

/** As the columns of {@link SeenFigures} hold it. */
interface OneSeen {
  readonly waitingMs: number;
  readonly msPerToken: number;
  readonly wholeMs: number;
  readonly successRate: number;
}

/** A high percentile of a rate is that of the quick calls: how much slower the slow ones are, their durations tell. */
function spreadOf(seen: ModelSignals | undefined): number {
  const usual = amount(seen?.durationMs?.p50);
  const slow = amount(seen?.durationMs?.p95);
  return usual > 0 && slow > usual ? slow / usual : 1;
}
