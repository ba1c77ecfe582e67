/** What becomes of calls: by chance that is drawn for each of them, by what is up, and by what the providers' limits leave. */

import { expectedCostOf } from "../../activities/price.ts";
import { Draws, mixBits } from "../../plugins/chance/seeded-random.ts";
import { quantileOfNormal } from "../../plugins/chance/normal.ts";
import { ProviderError, type ProviderLimits } from "../../plugins/contract.ts";
import { LIMITS, MODELS, type SimulatedModel } from "./models.ts";
import type { SimulatedTime } from "./simulated-time.ts";

export interface SimulatedRequest {
  readonly number: number;
  readonly step: string;
  readonly inputTokens: number;
  /** Of a reply by a model that is neither wordy nor curt. */
  readonly outputTokens: number;
  /** Milliseconds since the simulation began. */
  readonly arrivesMs: number;
}

/** A provider is down. */
export interface Outage {
  readonly provider: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** It answers at once that it cannot, or nobody answers at all. */
  readonly how: "refuses" | "hangs";
}

export interface SimulatedReply {
  readonly firstTokenMs: number;
  readonly durationMs: number;
  readonly outputTokens: number;
  readonly costNanoUsd: number;
  /** It does what was asked for. */
  readonly isGood: boolean;
}

/** How a call goes that is begun now. */
type Fate =
  | { readonly ok: true; readonly reply: SimulatedReply }
  | { readonly ok: false; readonly afterMs: number; readonly error: ProviderError };

const MINUTE_MS = 60_000;
/** As activities/watch-call.ts waits for a connection. */
const CONNECT_MS = 10_000;
const REFUSAL_MS = 120;
/** Of calls to a provider that is well. */
const FAILURE_RATE = 0.003;
/** Of the logarithm, of each call; and how far the whole model drifts to either side. */
const SPREAD = 0.3;
const DRIFT = 0.5;

export class World {
  readonly #time: SimulatedTime;
  readonly #seed: number;
  readonly #outages: readonly Outage[];
  /** Requests of the current minute, by provider. */
  readonly #used = new Map<string, { minute: number; count: number }>();

  constructor(time: SimulatedTime, seed: number, outages: readonly Outage[]) {
    this.#time = time;
    this.#seed = seed;
    this.#outages = outages;
  }

  isDown(provider: string): boolean {
    return this.#outageAt(provider, this.#time.elapsedMs()) !== undefined;
  }

  /** Calls a model. */
  async call(
    request: SimulatedRequest,
    model: SimulatedModel,
    call: number,
  ): Promise<SimulatedReply> {
    const fate = this.fateOf(request, model, call);
    if (!this.isDown(model.provider)) this.#use(model.provider);
    if (!fate.ok) {
      await this.#time.sleep(fate.afterMs);
      throw fate.error;
    }
    await this.#time.sleep(fate.reply.durationMs);
    return fate.reply;
  }

  /** What a call would come to that began now: known to oracles alone. */
  fateOf(request: SimulatedRequest, model: SimulatedModel, call: number): Fate {
    const { provider } = model;
    const now = this.#time.elapsedMs();
    const outage = this.#outageAt(provider, now);
    if (outage?.how === "hangs") return failure(CONNECT_MS, "timeout", { mayBeBilled: false });
    if (outage?.how === "refuses") return failure(REFUSAL_MS, "unavailable");
    if (this.#leftOf(provider) === 0) {
      // In whole seconds, as the header has it.
      const retryAfterMs = Math.ceil(this.#resetMs() / 1_000) * 1_000;
      return failure(REFUSAL_MS / 2, "rate_limited", { retryAfterMs });
    }
    const place = MODELS.indexOf(model);
    const draws = new Draws(mixBits(mixBits(this.#seed + request.number) ^ (place * 64 + call)));
    if (draws.next() < FAILURE_RATE) return failure(REFUSAL_MS * 4, "overloaded");
    const reply = this.#reply(request, model, draws);
    // What is being written when the provider goes down is lost.
    const next = this.#nextOutage(provider, now);
    if (next !== undefined && next.fromMs < now + reply.durationMs) {
      return failure(next.fromMs - now, "unavailable");
    }
    return { ok: true, reply };
  }

  /** What the headers of a reply say. */
  limitsOf(provider: string): ProviderLimits | undefined {
    const limit = LIMITS[provider];
    if (limit === undefined) return undefined;
    const remaining = this.#leftOf(provider);
    return { requests: { limit, remaining, resetMs: this.#resetMs() } };
  }

  #reply(request: SimulatedRequest, model: SimulatedModel, draws: Draws): SimulatedReply {
    const drift = this.#driftOf(model);
    const firstTokenMs = model.firstTokenMs * drift * spread(draws);
    const tokensPerSecond = (model.tokensPerSecond / drift) * spread(draws);
    const outputTokens = Math.max(1, Math.round(request.outputTokens * model.verbosity));
    const { inputTokens } = request;
    return {
      firstTokenMs,
      durationMs: firstTokenMs + (outputTokens * 1_000) / tokensPerSecond,
      outputTokens,
      costNanoUsd: expectedCostOf({ inputTokens, outputTokens }, model.price),
      isGood: draws.next() < model.quality,
    };
  }

  /** Each model has its own rush hours. */
  #driftOf(model: SimulatedModel): number {
    const place = MODELS.indexOf(model);
    const turns = this.#time.elapsedMs() / ((10 + 3 * place) * MINUTE_MS) + place / MODELS.length;
    return Math.exp(DRIFT * Math.sin(2 * Math.PI * turns));
  }

  #outageAt(provider: string, at: number): Outage | undefined {
    return this.#outages.find(
      (outage) => outage.provider === provider && outage.fromMs <= at && at < outage.untilMs,
    );
  }

  #nextOutage(provider: string, after: number): Outage | undefined {
    return this.#outages.find((outage) => outage.provider === provider && outage.fromMs > after);
  }

  #use(provider: string): void {
    const minute = this.#minute();
    const used = this.#used.get(provider);
    // What is refused for that is not counted.
    if (this.#leftOf(provider) === 0) return;
    if (used?.minute === minute) used.count += 1;
    else this.#used.set(provider, { minute, count: 1 });
  }

  #leftOf(provider: string): number {
    const limit = LIMITS[provider] ?? Infinity;
    const used = this.#used.get(provider);
    return limit - (used?.minute === this.#minute() ? used.count : 0);
  }

  #minute(): number {
    return Math.floor(this.#time.elapsedMs() / MINUTE_MS);
  }

  #resetMs(): number {
    return MINUTE_MS - (this.#time.elapsedMs() % MINUTE_MS);
  }
}

function failure(
  afterMs: number,
  kind: ProviderError["kind"],
  details: ProviderError["details"] = {},
): Fate {
  return {
    ok: false,
    afterMs,
    error: new ProviderError(kind, "as the simulation has it", details),
  };
}

/** Around 1, log-normal. */
function spread(draws: Draws): number {
  return Math.exp(SPREAD * quantileOfNormal(draws.next()));
}
