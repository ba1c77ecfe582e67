/** The providers of the simulation: six of them, with models that are cheap, quick or good, but never all of it. */

import type { ModelPrice } from "../../graph/money.ts";
import type { ModelFacts } from "../../plugins/contract.ts";

export interface SimulatedModel {
  /** `provider/model`. */
  readonly name: string;
  readonly provider: string;
  readonly price: ModelPrice;
  /** Medians, around which calls spread and drift. */
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  /** How many times as many tokens as others it takes to say the same. */
  readonly verbosity: number;
  /** How often its reply will do, from 0 to 1. */
  readonly quality: number;
  /** May not be used: its provider trains on what it is sent. */
  readonly isForbidden?: boolean;
}

/** As the alias lists them. */
export const MODELS: readonly SimulatedModel[] = [
  model("alpha/one", { usd: [1.25, 10], speed: [500, 90], verbosity: 1, quality: 0.9 }),
  model("beta/mini", { usd: [0.1, 0.4], speed: [350, 120], verbosity: 1.1, quality: 0.7 }),
  model("beta/pro", { usd: [2, 8], speed: [600, 70], verbosity: 1, quality: 0.88 }),
  model("gamma/flash", { usd: [0.15, 0.6], speed: [300, 150], verbosity: 0.95, quality: 0.75 }),
  model("delta/base", { usd: [0.2, 0.6], speed: [450, 60], verbosity: 0.9, quality: 0.78 }),
  model("epsilon/swift", { usd: [0.12, 1.6], speed: [200, 300], verbosity: 1, quality: 0.8 }),
  model("zeta/large", { usd: [3, 15], speed: [900, 60], verbosity: 1.2, quality: 0.95 }),
  model("zeta/small", { usd: [0.3, 0.9], speed: [400, 110], verbosity: 1, quality: 0.76 }),
  {
    ...model("zeta/gratis", { usd: [0, 0], speed: [100, 900], verbosity: 1, quality: 0.99 }),
    isForbidden: true,
  },
];

/** Requests a minute. Absent: as many as anybody asks for. */
export const LIMITS: Readonly<Record<string, number>> = { beta: 350, gamma: 240, epsilon: 500 };

interface Traits {
  /** Of a million tokens of input, and of output. */
  readonly usd: readonly [input: number, output: number];
  /** Milliseconds to the first token, and tokens a second. */
  readonly speed: readonly [firstTokenMs: number, tokensPerSecond: number];
  readonly verbosity: number;
  readonly quality: number;
}

function model(name: string, { usd, speed, verbosity, quality }: Traits): SimulatedModel {
  const [inputUsdPerMTok, outputUsdPerMTok] = usd;
  const [firstTokenMs, tokensPerSecond] = speed;
  const provider = name.slice(0, name.indexOf("/"));
  const price = { inputUsdPerMTok, outputUsdPerMTok };
  return { name, provider, price, firstTokenMs, tokensPerSecond, verbosity, quality };
}

const byName = new Map(MODELS.map((one) => [one.name, one]));

export function findModel(name: string): SimulatedModel {
  const found = byName.get(name);
  if (found === undefined) throw new RangeError(`there is no model "${name}"`);
  return found;
}

/** What a catalogue says of a model. */
export function factsOf(name: string): ModelFacts {
  const { price, isForbidden = false } = findModel(name);
  return { price, capabilities: { dataPolicy: { trainsOnData: isForbidden } } };
}
