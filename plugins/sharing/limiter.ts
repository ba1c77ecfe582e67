/**
 * Holds calls to limits a minute, as token buckets: a limit's whole minute may be used at once, and fills up evenly.
 * Pure: it is told the time. `take-script.ts` is the same in Redis' language, and a test holds the two together.
 */

import type { NamedLimit, TakenShare, WantedShare } from "../signal-exchange.ts";

/** What one call takes of one bucket. */
export interface Share {
  /** The limit's name. */
  readonly limit: string;
  readonly unit: "requests" | "tokens";
  /** What a minute allows. */
  readonly capacity: number;
  readonly cost: number;
}

interface Bucket {
  /** What may still be used. Below 0 after a call that takes more than a whole minute. */
  level: number;
  /** When that was so, as all times here in milliseconds. */
  at: number;
  /** The last time at which somebody was told to come back. */
  told: number;
  /** What a large call waits for, and when there will be so much. */
  claim: number;
  claimAt: number;
}

export const MINUTE_MS = 60_000;
/** How late a large call may come back and still find that nobody took what was kept for it. */
export const CLAIM_GRACE_MS = 1_000;
/** Calls that take this much are the smallest: a claim would help none of them against another. */
export const SMALLEST_CLAIM = 1;
/** Levels are sums of fractions: what is missing by less than this is there. */
export const TOLERANCE = 1e-6;

export class Limiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes what the call wants, of all its limits or of none. */
  take(wanted: WantedShare, nowMs: number): TakenShare {
    const shares = sharesOf(wanted);
    const buckets = shares.map((share) => this.#bucket(share, nowMs));
    let refusal: { limit: string; retryAfterMs: number } | undefined;
    for (const [index, share] of shares.entries()) {
      const retryAfterMs = refuse(buckets[index]!, share, nowMs);
      if (retryAfterMs <= (refusal?.retryAfterMs ?? 0)) continue;
      refusal = { limit: share.limit, retryAfterMs };
    }
    if (refusal !== undefined) return { ok: false, ...refusal };
    for (const [index, share] of shares.entries()) spend(buckets[index]!, share, nowMs);
    return { ok: true };
  }

  /** Counts what was taken elsewhere. */
  charge(wanted: WantedShare, nowMs: number): void {
    for (const share of sharesOf(wanted)) spend(this.#bucket(share, nowMs), share, nowMs);
  }

  #bucket({ limit, unit, capacity }: Share, nowMs: number): Bucket {
    const key = `${unit}:${limit}`;
    const bucket = this.#buckets.get(key) ?? fullBucket(capacity, nowMs);
    const passedMs = Math.max(0, nowMs - bucket.at);
    bucket.level = Math.min(capacity, bucket.level + passedMs * (capacity / MINUTE_MS));
    bucket.at = Math.max(bucket.at, nowMs);
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** What a call takes of each bucket of its limits. */
export function sharesOf({ tokens, limits }: WantedShare): Share[] {
  // What is no number would stay in a bucket for ever.
  const cost = Number.isFinite(tokens) ? Math.max(0, tokens) : 0;
  return limits.flatMap((limit) => [
    ...shareOf(limit, "requests", limit.requestsPerMinute, 1),
    ...shareOf(limit, "tokens", limit.tokensPerMinute, cost),
  ]);
}

function shareOf(
  { name }: NamedLimit,
  unit: Share["unit"],
  capacity: number | undefined,
  cost: number,
): Share[] {
  return capacity === undefined ? [] : [{ limit: name, unit, capacity, cost }];
}

function fullBucket(capacity: number, nowMs: number): Bucket {
  return { level: capacity, at: nowMs, told: 0, claim: 0, claimAt: -CLAIM_GRACE_MS };
}

/**
 * When a call that has no room may come back, in milliseconds; 0 if it has room. Those who wait are told times one
 * after the other, so that they do not all come at once to what one of them can have.
 *
 * A large call would wait for ever while small ones take all that comes in. So it lays a claim: until it is due, small
 * ones take only what it can spare. Then, for as long as its share takes to fill up, there is no other claim: large
 * calls one after the other would keep the small ones out in turn.
 */
function refuse(bucket: Bucket, { capacity, cost }: Share, nowMs: number): number {
  const ratePerMs = capacity / MINUTE_MS;
  // More than there ever is: it goes once the bucket is full, and the bucket owes the rest.
  const needed = Math.min(cost, capacity);
  const missing = needed - bucket.level;
  const claimEndsAt = bucket.claimAt + CLAIM_GRACE_MS;
  const claimed = nowMs < claimEndsAt ? bucket.claim : 0;
  const waitMs = missing / ratePerMs;
  if (missing <= TOLERANCE) {
    const claimDueMs = Math.max(0, bucket.claimAt - nowMs);
    const levelWhenDue = bucket.level - cost + claimDueMs * ratePerMs;
    if (claimed <= needed || levelWhenDue + TOLERANCE >= claimed) return 0;
    return Math.ceil(claimDueMs + needed / ratePerMs);
  }
  if (needed > Math.max(SMALLEST_CLAIM, claimed)) {
    if (claimed > 0 || nowMs >= claimEndsAt + bucket.claim / ratePerMs) {
      bucket.claim = needed;
      bucket.claimAt = nowMs + waitMs;
      bucket.told = Math.max(bucket.told, bucket.claimAt);
      return Math.ceil(waitMs);
    }
  }
  const inTurn = Math.max(nowMs + waitMs, bucket.told + needed / ratePerMs);
  bucket.told = Math.min(inTurn, nowMs + waitMs + MINUTE_MS);
  return Math.ceil(bucket.told - nowMs);
}

function spend(bucket: Bucket, { capacity, cost }: Share, nowMs: number): void {
  bucket.level -= cost;
  // The claim is served: it ends here.
  if (Math.min(cost, capacity) >= bucket.claim) {
    bucket.claimAt = Math.min(bucket.claimAt, nowMs - CLAIM_GRACE_MS);
  }
}
