/** What chance does to a simulated call: how long it takes, and whether it fails. The same every time for one seed. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import { PluginError } from "../contract.ts";
import { isKnownKind, TYPICAL_STATUS } from "../http/typical-status.ts";
import type { SimulatedCall, SimulatedFailure } from "./reply.ts";
import { drawNormal, drawUniform } from "../chance/seeded-random.ts";

/** A log-normal distribution, which is the shape of latencies: many calls near the median, few that take much longer. */
export interface SimulatedLatency {
  /** Half of the calls take longer. */
  readonly medianMs: number;
  /** One call in twenty takes longer. Default: the median, so that every call takes the same. */
  readonly p95Ms?: number;
}

/** How often a kind of failure happens, from 0 to 1, and what comes with it. */
export type SimulatedFailureRates = Readonly<Partial<Record<FailureKind, number | FailureRate>>>;

interface FailureRate {
  readonly rate: number;
  /** Default: the usual one of the kind, such as 429. */
  readonly httpStatus?: number;
  readonly retryAfterMs?: number;
}

export interface Chance {
  /** How long the call takes. */
  latencyOf(call: SimulatedCall): number;
  /** The failure that the call ends with, if chance wants one. */
  failureOf(call: SimulatedCall): SimulatedFailure | undefined;
}

/** The 95th percentile of the standard normal distribution. */
const NORMAL_P95 = 1.6448536269514722;

/**
 * Chance by seed. What it does depends on the seed, the step, the model, the number of the call and its prompt, and on
 * nothing else: neither on time nor on the order of calls.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function createChance(
  latency: SimulatedLatency | undefined,
  failures: SimulatedFailureRates,
  seed: number,
): Chance {
  const keysOf = ({ step, model, call, prompt }: SimulatedCall): readonly (string | number)[] => [
    seed,
    step,
    model,
    call,
    prompt,
  ];
  const spread = latency === undefined ? 0 : spreadOf(latency);
  const kinds = readRates(failures);
  return {
    latencyOf: (call) =>
      latency === undefined
        ? 0
        : latency.medianMs * Math.exp(spread * drawNormal("latency", ...keysOf(call))),
    failureOf(call) {
      let drawn = drawUniform("failure", ...keysOf(call));
      for (const { rate, failure } of kinds) {
        if (drawn < rate) return failure;
        drawn -= rate;
      }
      return undefined;
    },
  };
}

function spreadOf({ medianMs, p95Ms = medianMs }: SimulatedLatency): number {
  if (medianMs > 0 && p95Ms >= medianMs && Number.isFinite(p95Ms)) {
    return Math.log(p95Ms / medianMs) / NORMAL_P95;
  }
  throw new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `The simulated provider is given the latency ${JSON.stringify({ medianMs, p95Ms })}. ` +
      `Give a "medianMs" above 0, and a "p95Ms" that is not below it.`,
  );
}

function readRates(
  failures: SimulatedFailureRates,
): readonly { readonly rate: number; readonly failure: SimulatedFailure }[] {
  const kinds = Object.entries(failures).map(([kind, given]) => {
    const { rate, ...details } = typeof given === "number" ? { rate: given } : given;
    if (!isKnownKind(kind)) throw invalidRates(`"${kind}" is no kind of failure`);
    if (!(rate >= 0 && rate <= 1)) throw invalidRates(`the rate of "${kind}" is ${rate}`);
    return { rate, failure: { fail: kind, httpStatus: TYPICAL_STATUS[kind], ...details } };
  });
  const sum = kinds.reduce((total, { rate }) => total + rate, 0);
  // A hair above 1 is what floating point makes of rates that add up to 1.
  if (sum > 1 + 1e-9) throw invalidRates(`the rates add up to ${sum}`);
  return kinds;
}

function invalidRates(why: string): PluginError {
  return new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `The simulated provider cannot use its "failures": ${why}. Give kinds of docs/errors.md rates from 0 to 1 that add up to 1 at most.`,
  );
}
