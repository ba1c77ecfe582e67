/** What a worker has learned, as plain JSON, so that a new one need not begin with nothing. */

import type { BreakerMemory } from "./breaker.ts";
import type { BucketWeight } from "./decaying-percentiles.ts";

/** A snapshot of another version is not read: what it held is learned anew within minutes. */
const VERSION = 1;

export interface SignalsSnapshot {
  readonly version: typeof VERSION;
  /** When it was taken, in milliseconds since 1970: all weights are those of then. */
  readonly at: number;
  readonly models: readonly ModelSnapshot[];
  readonly providers: readonly ProviderSnapshot[];
  readonly places: readonly PlaceSnapshot[];
}

/** A mean and its weight. */
type WeighedMean = readonly [mean: number, weight: number];

export interface ModelSnapshot {
  readonly model: string;
  readonly seenAt: number;
  readonly calls: number;
  readonly well: number;
  readonly sick: number;
  readonly failures: Readonly<Record<string, number>>;
  readonly cost?: WeighedMean;
  readonly firstTokenMs: readonly BucketWeight[];
  readonly durationMs: readonly BucketWeight[];
  readonly tokensPerSecond: readonly BucketWeight[];
  /** Absent: closed. */
  readonly breaker?: BreakerMemory;
}

export interface ProviderSnapshot {
  readonly provider: string;
  readonly breaker: BreakerMemory;
}

export interface PlaceSnapshot {
  /** Graph and step, divided by a line break. */
  readonly place: string;
  readonly seenAt: number;
  readonly outputTokens?: WeighedMean;
  readonly rewards: readonly (readonly [model: string, count: number, sum: number])[];
}

/** Stamps what a worker has learned. */
export function snapshotOf(learned: Omit<SignalsSnapshot, "version">): SignalsSnapshot {
  return { version: VERSION, ...learned };
}

/** Reads what came from elsewhere, part by part. `undefined`: it is no snapshot of this version; a part that is wrong is left out. */
export function readSnapshot(json: unknown): SignalsSnapshot | undefined {
  const { version, at, models, providers, places } = membersOf(json);
  if (version !== VERSION || !isAmount(at)) return undefined;
  return snapshotOf({
    at,
    models: listOf(models).flatMap(readModel),
    providers: listOf(providers).flatMap(readProvider),
    places: listOf(places).flatMap(readPlace),
  });
}

function readModel(json: unknown): readonly ModelSnapshot[] {
  const { model, seenAt, calls, well, sick, failures, cost, ...rest } = membersOf(json);
  if (typeof model !== "string" || ![seenAt, calls, well, sick].every(isAmount)) return [];
  const breaker = readBreaker(rest["breaker"]);
  const kinds = Object.entries(membersOf(failures)).filter(([, weight]) => isAmount(weight));
  return [
    {
      model,
      seenAt: Number(seenAt),
      calls: Number(calls),
      well: Number(well),
      sick: Number(sick),
      failures: Object.fromEntries(kinds.map(([kind, weight]) => [kind, Number(weight)])),
      ...(isPair(cost) && { cost }),
      firstTokenMs: listOf(rest["firstTokenMs"]).filter(isPair),
      durationMs: listOf(rest["durationMs"]).filter(isPair),
      tokensPerSecond: listOf(rest["tokensPerSecond"]).filter(isPair),
      ...(breaker && { breaker }),
    },
  ];
}

function readProvider(json: unknown): readonly ProviderSnapshot[] {
  const { provider, breaker } = membersOf(json);
  const read = readBreaker(breaker);
  return typeof provider === "string" && read ? [{ provider, breaker: read }] : [];
}

function readBreaker(json: unknown): BreakerMemory | undefined {
  const { coolDownMs, blockedUntil } = membersOf(json);
  return isAmount(coolDownMs) && isAmount(blockedUntil) ? { coolDownMs, blockedUntil } : undefined;
}

function readPlace(json: unknown): readonly PlaceSnapshot[] {
  const { place, seenAt, outputTokens, rewards } = membersOf(json);
  if (typeof place !== "string" || !isAmount(seenAt)) return [];
  return [
    {
      place,
      seenAt,
      ...(isPair(outputTokens) && { outputTokens }),
      rewards: listOf(rewards).filter(isReward),
    },
  ];
}

function isReward(json: unknown): json is readonly [string, number, number] {
  const [model, count, sum] = listOf(json);
  return typeof model === "string" && isAmount(count) && isAmount(sum);
}

function isPair(json: unknown): json is readonly [number, number] {
  const list = listOf(json);
  return list.length === 2 && list.every(isAmount);
}

function isAmount(json: unknown): json is number {
  return typeof json === "number" && Number.isFinite(json) && json >= 0;
}

function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}

function membersOf(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === "object" && json !== null ? { ...json } : {};
}
