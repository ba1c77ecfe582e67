/** How much of a provider's own limits is left, as it said last. */

import type { LimitLeft, ProviderLimits } from "../../plugins/contract.ts";

/** Where the provider does not say when a limit is whole again: most of them count by the minute. */
const DEFAULT_RESET_MS = 60_000;

interface Share {
  readonly share: number;
  /** Then the limit is whole again, and this says nothing. */
  readonly until: number;
}

export class Headroom {
  #requests: Share | undefined;
  #tokens: Share | undefined;

  record({ requests, tokens }: ProviderLimits, now: number): void {
    this.#requests = shareOf(requests, now) ?? this.#requests;
    this.#tokens = shareOf(tokens, now) ?? this.#tokens;
  }

  /** From 0 to 1, of what is most used up. `undefined`: not said lately. */
  at(now: number): number | undefined {
    const valid = [this.#requests, this.#tokens].filter(
      (share): share is Share => share !== undefined && now < share.until,
    );
    return valid.length === 0 ? undefined : Math.min(...valid.map(({ share }) => share));
  }
}

function shareOf(limit: LimitLeft | undefined, now: number): Share | undefined {
  if (limit === undefined || !(limit.limit > 0) || !(limit.remaining >= 0)) return undefined;
  const { resetMs = DEFAULT_RESET_MS } = limit;
  return { share: Math.min(1, limit.remaining / limit.limit), until: now + resetMs };
}
