/** The requests of the simulation, and when which providers are down. */

import { Draws, mixBits } from "../../plugins/chance/seeded-random.ts";
import { quantileOfNormal } from "../../plugins/chance/normal.ts";
import type { Outage, SimulatedRequest } from "./world.ts";

/** They come by chance, so many a second. */
const REQUESTS_PER_SECOND = 10;

/** Short answers to short questions, and long ones to long ones. Medians. */
const STEPS = [
  { step: "classify", inputTokens: 600, outputTokens: 40 },
  { step: "draft", inputTokens: 1_500, outputTokens: 300 },
  { step: "report", inputTokens: 4_000, outputTokens: 900 },
] as const;

export function createRequests(count: number, seed: number): readonly SimulatedRequest[] {
  const draws = new Draws(mixBits(seed));
  let arrivesMs = 0;
  return Array.from({ length: count }, (_, number): SimulatedRequest => {
    arrivesMs += (-Math.log(draws.next()) * 1_000) / REQUESTS_PER_SECOND;
    const { step, ...usual } = STEPS[Math.floor(draws.next() * STEPS.length)] ?? STEPS[0];
    const inputTokens = Math.round(usual.inputTokens * spread(draws));
    return {
      number,
      step,
      inputTokens,
      outputTokens: usual.outputTokens * spread(draws),
      arrivesMs,
    };
  });
}

function spread(draws: Draws): number {
  return Math.exp(0.4 * quantileOfNormal(draws.next()));
}

export interface Scenario {
  readonly name: string;
  readonly requests: number;
  /** Whether nearly all requests are to be answered at the second attempt at the latest. */
  readonly isSteady: boolean;
  readonly outages: (totalMs: number) => readonly Outage[];
}

/** Down for so long, then up for twice as long: a breaker that has just closed opens again. */
const FLAP_MS = 20_000;

export const SCENARIOS: readonly Scenario[] = [
  { name: "all up", requests: 5_000, isSteady: true, outages: () => [] },
  {
    name: "2 of 6 down for half of the time",
    requests: 20_000,
    isSteady: true,
    // The first of the list and, from a little later on, the cheapest of all.
    outages: (totalMs) => {
      const [fromMs, untilMs, later] = [totalMs / 4, (3 * totalMs) / 4, totalMs / 32];
      return [
        { provider: "alpha", fromMs, untilMs, how: "hangs" },
        { provider: "beta", fromMs: fromMs + later, untilMs: untilMs + later, how: "refuses" },
      ];
    },
  },
  {
    name: "2 of 6 flapping",
    requests: 5_000,
    isSteady: false,
    outages: (totalMs) =>
      Array.from({ length: Math.floor(totalMs / (3 * FLAP_MS)) }, (_, turn): readonly Outage[] => {
        const fromMs = (3 * turn + 2) * FLAP_MS;
        return [
          { provider: "alpha", fromMs, untilMs: fromMs + FLAP_MS, how: "refuses" },
          {
            provider: "gamma",
            fromMs: fromMs - FLAP_MS / 2,
            untilMs: fromMs + FLAP_MS / 2,
            how: "refuses",
          },
        ];
      }).flat(),
  },
];
