/** Whether a model may be called now: by its breaker, its provider's, and the limits that the user set. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import type { NamedLimit, SignalExchange } from "../../plugins/contract.ts";
import type { Breaker } from "./breaker.ts";
import type { Admission, WantedCall } from "./live-signals.ts";

/** Beyond the deadline of a probe, its worker tells how it ended; after that it is gone. */
const PROBE_GRACE_MS = 5_000;
/**
 * Of all workers, one probes within this time. Nobody gives a lease back, and a call that hangs for longer is no reason to
 * keep all others waiting.
 */
const LONGEST_LEASE_MS = 30_000;
/** How soon a probe is over, where nothing is known of the model. */
const PROBE_WAIT_MS = 1_000;
const LONGEST_PROBE_WAIT_MS = 10_000;

/** A breaker, and whose it is. */
export interface Guard {
  /** Names it among workers, such as `"openai/gpt-5"`, and `"openai/"` for a whole provider. */
  readonly name: string;
  readonly breaker: Breaker;
  readonly lastFailure: FailureKind | undefined;
}

/** What stands between a caller and a model. */
export interface Guards {
  readonly guards: readonly Guard[];
  /** How long its answers usually take. Absent: none was seen. */
  readonly usualMs: number | undefined;
}

export interface GateOptions {
  readonly now: () => number;
  readonly exchange?: SignalExchange;
  readonly limitsOf?: (model: string) => readonly NamedLimit[];
}

type Refusal = Extract<Admission, { readonly ok: false }>;

export class Gate {
  readonly #options: GateOptions;
  readonly #guardsOf: (model: string) => Guards;
  #probes = 0;

  constructor(options: GateOptions, guardsOf: (model: string) => Guards) {
    this.#options = options;
    this.#guardsOf = guardsOf;
  }

  reserveProbe(model: string): boolean {
    const now = this.#options.now();
    const breakers = this.#guardsOf(model).guards.map(({ breaker }) => breaker);
    if (breakers.some((breaker) => breaker.stateAt(now) === "open")) return false;
    const probed = breakers.filter((breaker) => breaker.stateAt(now) === "half-open");
    if (!probed.every((breaker) => breaker.mayReserve(now))) return false;
    for (const breaker of probed) breaker.reserve(now);
    return true;
  }

  async admit(wanted: WantedCall): Promise<Admission> {
    const { guards, usualMs } = this.#guardsOf(wanted.model);
    const now = this.#options.now();
    const refused = refusedBy(guards, now, usualMs);
    if (refused) return refused;
    const probed = guards.filter(({ breaker }) => breaker.stateAt(now) === "half-open");
    // Before anything is waited for: whoever asks meanwhile is not let through.
    const probe = this.#begin(probed, now + wanted.deadlineMs + PROBE_GRACE_MS);
    const denied =
      (await this.#exceedsLimits(wanted)) ?? (await this.#isProbedElsewhere(probed, wanted));
    if (denied) {
      for (const { breaker } of probed) breaker.endProbe(probe);
      return denied;
    }
    return probe === undefined ? { ok: true } : { ok: true, probe };
  }

  #begin(probed: readonly Guard[], until: number): number | undefined {
    if (probed.length === 0) return undefined;
    this.#probes += 1;
    for (const { breaker } of probed) breaker.beginProbe(this.#probes, until);
    return this.#probes;
  }

  async #exceedsLimits({ model, tokens }: WantedCall): Promise<Refusal | undefined> {
    const { exchange, limitsOf } = this.#options;
    const limits = limitsOf?.(model) ?? [];
    if (exchange === undefined || limits.length === 0) return undefined;
    const taken = await exchange.take({ tokens, limits });
    if (taken.ok) return undefined;
    const { limit, retryAfterMs } = taken;
    const why = `the limit that is set for "${limit}" is used up`;
    return { ok: false, kind: "rate_limited", why, retryAfterMs };
  }

  async #isProbedElsewhere(
    probed: readonly Guard[],
    { deadlineMs }: WantedCall,
  ): Promise<Refusal | undefined> {
    const { exchange } = this.#options;
    if (exchange === undefined) return undefined;
    for (const { name, breaker } of probed) {
      // After a failed probe the cool-down is another, and so is the lease: it need not have lapsed.
      const lease = `probe:${name}:${breaker.coolDownMs}`;
      const isMine = await exchange.lease(lease, Math.min(deadlineMs, LONGEST_LEASE_MS));
      if (!isMine) return probing(undefined);
    }
    return undefined;
  }
}

function refusedBy(
  guards: readonly Guard[],
  now: number,
  usualMs: number | undefined,
): Refusal | undefined {
  const open = guards
    .filter(({ breaker }) => breaker.stateAt(now) === "open")
    .toSorted((one, other) => other.breaker.blockedUntil - one.breaker.blockedUntil)[0];
  if (open) {
    const retryAfterMs = Math.ceil(open.breaker.blockedUntil - now);
    return { ok: false, kind: "unavailable", why: describe(open, retryAfterMs), retryAfterMs };
  }
  const isProbed = guards.some(
    ({ breaker }) => breaker.stateAt(now) === "half-open" && !breaker.mayProbe(now),
  );
  return isProbed ? probing(usualMs) : undefined;
}

function probing(usualMs = PROBE_WAIT_MS): Refusal {
  return {
    ok: false,
    kind: "unavailable",
    why: "another call is finding out whether it is well again",
    retryAfterMs: Math.min(Math.max(Math.ceil(usualMs), PROBE_WAIT_MS), LONGEST_PROBE_WAIT_MS),
    isProbing: true,
  };
}

function describe({ name, lastFailure }: Guard, retryAfterMs: number): string {
  const whose = name.endsWith("/")
    ? `the breaker of provider "${name.slice(0, -1)}"`
    : "its breaker";
  const after =
    lastFailure === undefined ? "failures" : `failures, the last of them "${lastFailure}"`;
  return `${whose} is open after ${after}; one call may try in ${Math.ceil(retryAfterMs / 1_000)} s`;
}
