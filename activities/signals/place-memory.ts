/** What is remembered of the steps of graphs: how long replies to them are, and what runs said of each model's. */

import type { Reward, Rewards } from "../../plugins/contract.ts";
import { BoundedMap } from "./bounded-map.ts";
import { DecayingMean, DecayingSum, QUALITY_HALF_LIFE_MS } from "./decay.ts";
import type { StepPlace } from "./live-signals.ts";
import { Rosters, type Columns, type ModelList } from "./rosters.ts";
import type { PlaceSnapshot } from "./signals-snapshot.ts";

/** A step that nobody has called for a week is hardly used any more. */
const FORGET_PLACE_MS = 7 * 24 * 60 * 60_000;
/** Of one model at one step. What is kept of one takes some 300 bytes, so that all of them are 3 MB. */
const MOST_REWARDS = 10_000;
const MOST_PLACES = 10_000;

/** Within a minute, weights lose a two-thousandth: what was read is good for so long, unless more is reported. */
const FRESH_MS = 60_000;

/** With what was read of it last: routers read those of hundreds of models for every decision. */
interface Rewarded {
  readonly count: DecayingSum;
  readonly sum: DecayingSum;
  reward: Reward;
  freshUntil: number;
}

interface Place {
  readonly outputTokens: DecayingMean;
  readonly rewards: Map<string, Rewarded>;
  readonly rosters: Rosters<Reward | undefined, Float64Array>;
}

export class PlaceMemory {
  readonly #places: BoundedMap<Place>;
  /** Keys of places and models, to find the oldest of all. */
  readonly #rewarded: BoundedMap<true>;
  /** Asked last: routers ask of every candidate of one step. */
  #asked: (StepPlace & { readonly place: Place | undefined }) | undefined;

  constructor() {
    const bounds = { forgetAfterMs: FORGET_PLACE_MS };
    this.#places = new BoundedMap({
      ...bounds,
      mostEntries: MOST_PLACES,
      onForget: () => {
        this.#asked = undefined;
      },
    });
    this.#rewarded = new BoundedMap({
      ...bounds,
      mostEntries: MOST_REWARDS,
      onForget: (key) => {
        const [graph = "", step = "", model = ""] = key.split("\n");
        const place = this.#places.get(`${graph}\n${step}`);
        place?.rewards.delete(model);
        place?.rosters.change(model);
      },
    });
  }

  /** How many rewards of models at steps are remembered. */
  get size(): number {
    return this.#rewarded.size;
  }

  recordReply(at: StepPlace, outputTokens: number, now: number): void {
    this.#write(keyOf(at), now).outputTokens.add(outputTokens, now);
  }

  recordReward(at: StepPlace, model: string, value: number, now: number): void {
    this.#addReward(keyOf(at), model, { count: 1, sum: value }, { now, takenAt: now });
  }

  outputTokensAt(at: StepPlace, now: number): number | undefined {
    return this.#find(at)?.outputTokens.at(now);
  }

  rewardAt(at: StepPlace, model: string, now: number): Reward | undefined {
    return readAt(this.#find(at)?.rewards.get(model), now);
  }

  rewardOfEach(at: StepPlace, list: ModelList, now: number): Rewards {
    const all = this.#find(at)?.rosters.read(list, now);
    return inHalves(all ?? REWARD_COLUMNS.make(list.named.length));
  }

  snapshotAt(now: number): readonly PlaceSnapshot[] {
    return this.#places.entries().map(([key, { outputTokens, rewards }, seenAt]) => {
      const tokens = outputTokens.at(now);
      return {
        place: key,
        seenAt,
        ...(tokens !== undefined && { outputTokens: [tokens, outputTokens.weightAt(now)] }),
        rewards: [...rewards].map(([model, { count, sum }]) => [model, count.at(now), sum.at(now)]),
      };
    });
  }

  /** Starts from what another worker knew at `takenAt`; what is known here stays. */
  resume(known: readonly PlaceSnapshot[], takenAt: number, now: number): void {
    for (const { place: key, outputTokens, rewards } of known) {
      if (this.#places.get(key) !== undefined) continue;
      const place = this.#write(key, now);
      if (outputTokens) place.outputTokens.add(outputTokens[0], takenAt, outputTokens[1]);
      for (const [model, count, sum] of rewards) {
        this.#addReward(key, model, { count, sum }, { now, takenAt });
      }
    }
  }

  #addReward(
    key: string,
    model: string,
    { count, sum }: Reward,
    { now, takenAt }: { readonly now: number; readonly takenAt: number },
  ): void {
    const { rewards, rosters } = this.#write(key, now);
    const known = rewards.get(model) ?? {
      count: new DecayingSum(QUALITY_HALF_LIFE_MS),
      sum: new DecayingSum(QUALITY_HALF_LIFE_MS),
      reward: { count, sum },
      freshUntil: -Infinity,
    };
    known.freshUntil = -Infinity;
    known.count.add(count, takenAt);
    known.sum.add(sum, takenAt);
    rewards.set(model, known);
    rosters.change(model);
    this.#rewarded.write(`${key}\n${model}`, now, () => true);
  }

  #write(key: string, now: number): Place {
    const make = (): Place => {
      this.#asked = undefined;
      const rewards = new Map<string, Rewarded>();
      const outputTokens = new DecayingMean(QUALITY_HALF_LIFE_MS);
      const rosters = new Rosters(({ model }, at) => {
        const rewarded = rewards.get(model);
        return { value: readAt(rewarded, at), until: rewarded?.freshUntil ?? Infinity };
      }, REWARD_COLUMNS);
      return { outputTokens, rewards, rosters };
    };
    return this.#places.write(key, now, make);
  }

  #find({ graph, step }: StepPlace): Place | undefined {
    if (this.#asked?.step !== step || this.#asked.graph !== graph) {
      this.#asked = { graph, step, place: this.#places.get(keyOf({ graph, step })) };
    }
    return this.#asked.place;
  }
}

/** Counts, then sums: what lies together is copied at once. */
const REWARD_COLUMNS: Columns<Reward | undefined, Float64Array> = {
  make: (count) => new Float64Array(2 * count),
  write(all, index, reward) {
    all[index] = reward?.count ?? 0;
    all[all.length / 2 + index] = reward?.sum ?? 0;
  },
  copy: (all) => all.slice(),
};

function inHalves(all: Float64Array): Rewards {
  const half = all.length / 2;
  return { counts: all.subarray(0, half), sums: all.subarray(half) };
}

function readAt(rewarded: Rewarded | undefined, now: number): Reward | undefined {
  if (rewarded === undefined || now < rewarded.freshUntil) return rewarded?.reward;
  rewarded.reward = { count: rewarded.count.at(now), sum: rewarded.sum.at(now) };
  // Of all at the same time: between two of them, nobody has to look whether one has grown old.
  rewarded.freshUntil = (Math.floor(now / FRESH_MS) + 1) * FRESH_MS;
  return rewarded.reward;
}

/** Items of a map and rounds of a loop are one place: `files[2]/gist` is `files/gist`. No id has a line break. */
function keyOf({ graph, step }: StepPlace): string {
  // Most steps are neither: to look for a bracket takes a tenth of the time.
  const place = step.includes("[") ? step.replaceAll(/\[\d+\]/g, "") : step;
  return `${graph}\n${place}`;
}
