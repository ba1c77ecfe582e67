/** What a configuration says of task queues of providers, and whether it can be kept. */

import { ConfigError } from "./config-error.ts";

/** A task queue of a provider's own. */
export interface QueueOptions {
  /**
   * How many attempts a second begin, in all workers together: Temporal's server counts them. May be a fraction. Default:
   * as many as there is room for.
   */
  readonly attemptsPerSecond?: number;
  /** How many attempts of this queue one worker makes at once. Default: as its `workerOptions` say, else 100. */
  readonly atOnce?: number;
  /**
   * How long an attempt waits here, in milliseconds, before the next model is asked instead. With no other model left it
   * waits on. Default: as long as its run has time.
   */
  readonly longestWaitMs?: number;
}

/** By the ids of providers. */
export type Queues = Readonly<Record<string, QueueOptions>>;

/** What a worker is to do. What is absent is left to others. */
export interface Served {
  /** Run graphs: their workflows, routes, tools, and attempts on models without a queue. */
  readonly graphs?: boolean;
  /** Make attempts on the models of these providers, which have a queue of their own. */
  readonly queues?: readonly string[];
}

const WANTED: Readonly<Record<keyof QueueOptions, (amount: number) => boolean>> = {
  attemptsPerSecond: (amount) => amount > 0 && amount <= 100_000,
  atOnce: (amount) => Number.isInteger(amount) && amount > 0 && amount <= 100_000,
  longestWaitMs: (amount) => Number.isSafeInteger(amount) && amount > 0,
};

/** @throws {ConfigError} CONFIG_INVALID_QUEUE */
export function checkQueues(queues: Queues, providers: ReadonlySet<string>): void {
  for (const [provider, options] of Object.entries(queues)) {
    if (!providers.has(provider)) {
      throw invalid(
        `"queues" names "${provider}", which is no provider (${list([...providers])}).`,
      );
    }
    for (const [name, amount] of Object.entries(options)) checkOption(provider, name, amount);
  }
}

function checkOption(provider: string, name: string, amount: unknown): void {
  const fits = Object.entries(WANTED).find(([known]) => known === name)?.[1];
  if (fits !== undefined && typeof amount === "number" && fits(amount)) return;
  throw invalid(
    `The queue of "${provider}" has "${name}: ${String(amount)}". Give "attemptsPerSecond" as a number above 0, and ` +
      `"atOnce" and "longestWaitMs" as whole ones; leave out what you do not want to limit.`,
  );
}

/**
 * What a worker does of what there is to do: by default, everything.
 *
 * @throws {ConfigError} CONFIG_INVALID_QUEUE when it names a queue that is not there, or nothing at all.
 */
export function readServed(served: Served | undefined, queues: Queues = {}): Required<Served> {
  const known = Object.keys(queues);
  if (served === undefined) return { graphs: true, queues: known };
  const { graphs = false, queues: wanted = [] } = served;
  const missing = wanted.find((provider) => !known.includes(provider));
  if (missing !== undefined) {
    throw invalid(
      `The worker is to serve the queue of "${missing}", and "queues" of the configuration has none of it (${list(known)}).`,
    );
  }
  if (graphs || wanted.length > 0) return { graphs, queues: [...new Set(wanted)] };
  throw invalid(`The worker is to serve nothing: give "graphs: true", or providers in "queues".`);
}

function list(ids: readonly string[]): string {
  return `there are: ${ids.map((id) => `"${id}"`).join(", ") || "none"}`;
}

function invalid(message: string): ConfigError {
  return new ConfigError("CONFIG_INVALID_QUEUE", message);
}
