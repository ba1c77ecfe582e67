/** What one worker has seen: joins what is remembered of models, of their providers and of steps. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import type { BreakerState, ModelSignals, SharedObservation } from "../../plugins/contract.ts";
import { BoundedMap } from "./bounded-map.ts";
import type { Breaker, CallEnd } from "./breaker.ts";
import type { Guard, Guards } from "./gate.ts";
import { HEALTH_HALF_LIFE_MS } from "./decay.ts";
import { healthOf, OF_ACCESS, type HealthOf } from "./health.ts";
import type { ObservedCall, ProviderBreaker, RewardReport } from "./live-signals.ts";
import { ModelMemory } from "./model-memory.ts";
import { PlaceMemory } from "./place-memory.ts";
import { ProviderMemory } from "./provider-memory.ts";
import { ModelLists, Rosters, type Columns, type ModelList } from "./rosters.ts";
import { readSnapshot, snapshotOf, type SignalsSnapshot } from "./signals-snapshot.ts";

/** By then less than a four-thousandth is left of a weight: nothing to go by. */
const FORGET_MODEL_MS = 60 * 60_000;
/** The catalogues of all gateways together list fewer. */
const MOST_MODELS = 10_000;
/** Within a second, weights lose a five-hundredth at most: what was read of a model is good for so long. */
const FRESH_MS = 1_000;

/** A model with what was read of it last: routers read each of hundreds of models for every decision. */
interface Entry {
  readonly memory: ModelMemory;
  readonly provider: ProviderMemory;
  signals: ModelSignals | undefined;
  freshUntil: number;
  providerVersion: number;
  seenAt: number;
}

const LIST_OF_SEEN: Columns<ModelSignals | undefined, (ModelSignals | undefined)[]> = {
  make: () => [],
  write(seen, index, signals) {
    seen[index] = signals;
  },
  copy: (seen) => seen.slice(),
};

export class SignalBoard {
  readonly places = new PlaceMemory();
  readonly lists = new ModelLists();
  readonly #now: () => number;
  readonly #models = new BoundedMap<Entry>({
    mostEntries: MOST_MODELS,
    forgetAfterMs: FORGET_MODEL_MS,
    onForget: (model) => this.#rosters.change(model),
  });
  readonly #providers = new BoundedMap<ProviderMemory>({
    mostEntries: MOST_MODELS,
    // Longer than the longest wish of a provider, and than any of its models is remembered.
    forgetAfterMs: 2 * FORGET_MODEL_MS,
  });

  readonly #rosters = new Rosters(({ model, provider }, now) => {
    const entry = this.#models.get(model);
    if (entry !== undefined) return { value: readAt(entry, now), until: entry.freshUntil };
    const value = this.#ofUncalled(provider, now);
    // The end of a cool-down would have to be looked for: it is read anew each time.
    return { value, until: value === undefined ? Infinity : now };
  }, LIST_OF_SEEN);

  /** @param now - milliseconds since 1970. */
  constructor(now: () => number) {
    this.#now = now;
  }

  of(model: string, now: number): ModelSignals | undefined {
    const entry = this.#models.get(model);
    return entry === undefined ? this.#ofUncalled(providerOf(model), now) : readAt(entry, now);
  }

  ofEach(list: ModelList, now: number): readonly (ModelSignals | undefined)[] {
    return this.#rosters.read(list, now);
  }

  models(): readonly string[] {
    this.#models.forget(this.#now());
    return this.#models.keys();
  }

  /** @returns Whether others should hear of it: what says nothing here says nothing there. */
  observe(call: ObservedCall): boolean {
    const now = this.#now();
    const entry = this.#entry(call.model, now);
    const health = this.#healthOf(call, entry, now);
    const end = {
      startedAt: now - call.durationMs,
      endedAt: now,
      retryAfterMs: call.ok ? undefined : call.retryAfterMs,
      probe: call.probe,
    };
    const worst = health.provider === "dead" ? "dead" : health.model;
    entry.memory.record(call, { ...end, verdict: health.model } satisfies CallEnd, worst);
    const { version } = entry.provider.breaker;
    entry.provider.record(call, { ...end, verdict: health.provider });
    // Of all models of the provider, other signals are read then.
    if (entry.provider.breaker.version !== version) this.#rosters.changeAll();
    if (call.ok && call.outputTokens !== undefined) {
      this.places.recordReply(call, call.outputTokens, now);
    }
    entry.freshUntil = -Infinity;
    this.#rosters.change(call.model);
    return call.ok || (call.kind !== "cancelled" && !isNothing(health, call));
  }

  reward({ model, value, ...place }: RewardReport): void {
    if (!(value >= 0 && value <= 1)) return;
    this.places.recordReward(place, model, value, this.#now());
  }

  /** From another worker. */
  hear(observation: SharedObservation): void {
    if ("call" in observation) this.observe(observation.call);
    else this.reward(observation.reward);
  }

  guardsOf(model: string): Guards {
    const own = this.#models.get(model)?.memory;
    const id = providerOf(model);
    const provider = this.#providers.get(id);
    const guards: Guard[] = [];
    if (own) guards.push({ name: model, breaker: own.breaker, lastFailure: own.lastFailure });
    if (provider) {
      const { breaker, lastFailure } = provider;
      guards.push({ name: `${id}/`, breaker, lastFailure });
    }
    return { guards, usualMs: own?.medianMs };
  }

  providerBreaker(provider: string): ProviderBreaker {
    const now = this.#now();
    const known = this.#providers.get(provider)?.breaker;
    if (known === undefined) return { breaker: "closed" };
    const { blockedUntil } = known;
    return { breaker: known.stateAt(now), ...(blockedUntil > now && { blockedUntil }) };
  }

  snapshot(): SignalsSnapshot {
    const now = this.#now();
    this.#models.forget(now);
    return snapshotOf({
      at: now,
      models: this.#models
        .entries()
        .map(([model, { memory }, seenAt]) => memory.snapshotAt(model, now, seenAt)),
      providers: this.#providers.entries().flatMap(([provider, { breaker }]) => {
        const memory = breaker.memory();
        return memory ? [{ provider, breaker: memory }] : [];
      }),
      places: this.places.snapshotAt(now),
    });
  }

  load(json: unknown): void {
    const known = readSnapshot(json);
    if (known === undefined) return;
    const now = this.#now();
    // The clock of the worker that wrote it may go ahead of this one's.
    const takenAt = Math.min(known.at, now);
    for (const model of known.models) {
      if (this.#models.get(model.model) !== undefined || now - takenAt > FORGET_MODEL_MS) continue;
      this.#entry(model.model, now).memory.resume(model, takenAt, now);
    }
    for (const { provider, breaker } of known.providers) {
      if (this.#providers.get(provider)?.breaker.memory() !== undefined) continue;
      const memory = this.#providers.write(provider, now, newProvider);
      memory.breaker.resume(breaker, now);
    }
    this.places.resume(known.places, takenAt, now);
    this.#rosters.changeAll();
  }

  #entry(model: string, now: number): Entry {
    const provider = this.#providers.write(providerOf(model), now, newProvider);
    const entry = this.#models.write(model, now, () => ({
      memory: new ModelMemory(),
      provider,
      signals: undefined,
      freshUntil: -Infinity,
      providerVersion: 0,
      seenAt: now,
    }));
    entry.seenAt = now;
    return entry;
  }

  /** In the light of what was seen before. */
  #healthOf(call: ObservedCall, { memory, provider }: Entry, now: number): HealthOf {
    if (call.ok) return healthOf(undefined);
    const { medianMs } = memory;
    const isTooShort =
      call.kind === "timeout" &&
      call.isCutShort === true &&
      medianMs !== undefined &&
      call.durationMs < medianMs;
    if (isTooShort) return healthOf("cancelled");
    // A key that others of the provider answer to: it is this model that the account may not use.
    const isInOrder = medianMs === undefined && now - provider.answeredAt < HEALTH_HALF_LIFE_MS;
    return call.kind === "auth" && isInOrder ? OF_ACCESS : healthOf(call.kind);
  }

  /** A model that was not called is out of reach with its provider. */
  #ofUncalled(id: string, now: number): ModelSignals | undefined {
    const provider = this.#providers.get(id);
    if (provider === undefined) return undefined;
    const breaker = provider.breaker.stateAt(now);
    if (breaker === "closed") return undefined;
    const { blockedUntil } = provider.breaker;
    const isBlocked = blockedUntil > now;
    return { calls: 0, successRate: 1, failures: {}, breaker, ...(isBlocked && { blockedUntil }) };
  }
}

function readAt(entry: Entry, now: number): ModelSignals | undefined {
  const isFresh = now < entry.freshUntil;
  if (isFresh && entry.providerVersion === entry.provider.breaker.version) return entry.signals;
  return readAnew(entry, now);
}

function readAnew(entry: Entry, now: number): ModelSignals | undefined {
  const { memory, provider } = entry;
  const isForgotten = now - entry.seenAt > FORGET_MODEL_MS;
  const breakers = [memory.breaker, provider.breaker];
  const blockedUntil = Math.max(memory.breaker.blockedUntil, provider.breaker.blockedUntil);
  entry.signals = isForgotten
    ? undefined
    : memory.signalsAt(now, worstOf(breakers, now), blockedUntil);
  // The end of a cool-down changes what was read, and nobody tells.
  const changes = breakers.map((breaker) => breaker.blockedUntil).filter((at) => at > now);
  // Of all models at the same time: between two of them, nobody has to look whether one has grown old.
  entry.freshUntil = Math.min((Math.floor(now / FRESH_MS) + 1) * FRESH_MS, ...changes);
  entry.providerVersion = provider.breaker.version;
  return entry.signals;
}

/** A deadline that was too short for this model, which others cannot tell. */
function isNothing({ model }: HealthOf, { kind }: { readonly kind: FailureKind }): boolean {
  return kind === "timeout" && model === "unknown";
}

function newProvider(): ProviderMemory {
  return new ProviderMemory();
}

function worstOf(breakers: readonly Breaker[], now: number): BreakerState {
  const states = breakers.map((breaker) => breaker.stateAt(now));
  if (states.includes("open")) return "open";
  return states.includes("half-open") ? "half-open" : "closed";
}

/** As in activities/call-provider.ts: the first slash divides. */
function providerOf(model: string): string {
  return model.slice(0, model.indexOf("/"));
}
