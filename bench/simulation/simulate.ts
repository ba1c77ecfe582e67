/** Runs all requests through one strategy, with the real parts of a worker; or through an oracle, which needs none. */

import type { Route } from "../../activities/contract.ts";
import { decideRoute } from "../../activities/route.ts";
import { NO_GUARDRAILS } from "../../activities/guarding/guardrails.ts";
import type { RouteAccess } from "../../activities/route-access.ts";
import { createLiveSignals } from "../../activities/signals/create-live-signals.ts";
import type { LiveSignals } from "../../activities/signals/live-signals.ts";
import type { Router } from "../../plugins/contract.ts";
import { askByPlan } from "./asking.ts";
import { GRAPH, messagesOf } from "./attempts.ts";
import { factsOf, MODELS, type SimulatedModel } from "./models.ts";
import type { Scenario } from "./requests.ts";
import { SimulatedTime } from "./simulated-time.ts";
import { Tally } from "./tally.ts";
import { watchSignals, type BreakerFigures } from "./watched-signals.ts";
import { World, type SimulatedReply, type SimulatedRequest } from "./world.ts";

export interface Simulation {
  readonly requests: readonly SimulatedRequest[];
  readonly scenario: Scenario;
  readonly seed: number;
}

export interface Simulated {
  readonly tally: Tally;
  readonly breakers: BreakerFigures;
}

export async function simulate(simulation: Simulation, router: Router): Promise<Simulated> {
  const { time, world } = begin(simulation);
  const watched = watchSignals(createLiveSignals({ now: () => time.now() }), () => time.now());
  const { live, figures: breakers } = watched;
  const tally = new Tally();
  const access = accessTo(router, live);
  await arrive(simulation, time, async (request) => {
    const route = decide(request, access);
    const context = { time, world, live, tally };
    const asked = await askByPlan(request, route, context);
    tally.add({ ...asked, durationMs: time.elapsedMs() - request.arrivesMs });
  });
  return { tally, breakers };
}

/** What an oracle wants little of. */
export type Wish = (reply: SimulatedReply) => number;

/**
 * Each request goes to the model that is best for it at that moment, of those that will answer: an oracle knows what is up,
 * what limits leave, what each call will cost and how long it will take.
 */
export async function consultOracle(simulation: Simulation, wish: Wish): Promise<Tally> {
  const { time, world } = begin(simulation);
  const tally = new Tally();
  await arrive(simulation, time, async (request) => {
    const model = pick(request, world, wish);
    const reply = model && (await world.call(request, model, 1));
    tally.add({
      isAnswered: reply !== undefined,
      failedAttempts: 0,
      calls: 1,
      durationMs: time.elapsedMs() - request.arrivesMs,
      costNanoUsd: reply?.costNanoUsd ?? 0,
      isGood: reply?.isGood ?? false,
    });
  });
  return tally;
}

function pick(request: SimulatedRequest, world: World, wish: Wish): SimulatedModel | undefined {
  let [best, least]: [SimulatedModel | undefined, number] = [undefined, Infinity];
  for (const model of MODELS) {
    const fate = world.fateOf(request, model, 1);
    if (model.isForbidden || !fate.ok || wish(fate.reply) >= least) continue;
    [best, least] = [model, wish(fate.reply)];
  }
  return best;
}

function begin({ requests, scenario, seed }: Simulation): { time: SimulatedTime; world: World } {
  const time = new SimulatedTime();
  const totalMs = requests.at(-1)?.arrivesMs ?? 0;
  return { time, world: new World(time, seed, scenario.outages(totalMs)) };
}

async function arrive(
  { requests }: Simulation,
  time: SimulatedTime,
  serve: (request: SimulatedRequest) => Promise<void>,
): Promise<void> {
  const served = requests.map(async (request) => {
    await time.sleep(request.arrivesMs);
    await serve(request);
  });
  await time.run();
  await Promise.all(served);
}

function decide({ step, number, inputTokens }: SimulatedRequest, access: RouteAccess): Route {
  return decideRoute(
    {
      graph: GRAPH,
      step,
      run: `run-${number}`,
      workspace: "default",
      // A hundred users.
      key: `user-${number % 100}`,
      aliases: ["pool"],
      messages: messagesOf(inputTokens),
      output: {},
    },
    access,
  );
}

const NO_PATTERNS: readonly string[] = [];

function accessTo(router: Router, live: LiveSignals): RouteAccess {
  const pool = {
    pool: MODELS.map(({ name }) => name),
    router,
    dataPolicy: { training: "deny" },
  } as const;
  return {
    aliases: { pool },
    factsOf,
    listed: () => NO_PATTERNS,
    tools: {},
    guarding: NO_GUARDRAILS,
    tokens: {
      tokenizerOf: () => "all alike",
      // Messages say how long they are.
      count: ({ messages: [message] }) => ({
        tokens: Number(message && "content" in message ? message.content : 0),
        isEstimate: false,
      }),
    },
    live,
    routers: {},
  };
}
