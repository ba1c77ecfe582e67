/** Decides which models a step may use, and in which order: filters, ranks, and puts the decision on record. */

import { ApplicationFailure } from "@temporalio/common";
import { countBytes } from "../graph/token-bound.ts";
import type { RankRequest, RoutePlan, ToolOffer } from "../plugins/contract.ts";
import { modelGuards } from "./guarding/guardrails.ts";
import { offerTool } from "./call-provider.ts";
import type { Route, RouteRequest } from "./contract.ts";
import { readAlias, type ModelAliases, type ModelPool } from "./model-pool.ts";
import type { RouteAccess, RouteSignals } from "./route-access.ts";
import {
  considerModel,
  readNeeds,
  type Considered,
  type RequestNeeds,
} from "./routing/consider.ts";
import { expandPool } from "./routing/expand-pool.ts";
import { orderByBreaker } from "./routing/order-by-breaker.ts";
import { queueOf } from "./routing/queue-of.ts";
import { rankPool, type RankedPool } from "./routing/rank-pool.ts";
import { recordModels, type Usable } from "./routing/record-route.ts";
import { whyNot } from "./routing/refuse.ts";
import { signalsOfMoment } from "./routing/signals-of-moment.ts";
import { seedOf } from "./routing/seed.ts";
import type { Why } from "./routing/why.ts";

/**
 * The recorded decision. The models of each alias are filtered and ranked by themselves, alias after alias; a model that
 * stands in two of them is a candidate once, of the first that lets it through.
 *
 * @throws {ApplicationFailure} CONFIG_UNKNOWN_ALIAS, for good.
 */
export function decideRoute(request: RouteRequest, access: RouteAccess): Route {
  const offers = offersOf(request, access);
  const decision = new Decision(request, offers, access);
  for (const alias of request.aliases) decision.addAlias(alias);
  const tools = offers.length > 0 && { toolTokens: countBytes(JSON.stringify(offers)) };
  const guards = modelGuards(request.guard, access.guarding);
  return { ...decision.record(), ...tools, ...(guards && { guards }) };
}

class Decision {
  readonly #request: RankRequest;
  readonly #access: RouteAccess;
  readonly #signals: RouteSignals;
  readonly #needs: RequestNeeds;
  readonly #usable: Usable[] = [];
  readonly #refused = new Map<string, Why>();
  readonly #routers: Record<string, string> = {};
  readonly #problems: Record<string, string> = {};
  /** That of the first alias. */
  #plan: RoutePlan | undefined;

  constructor(request: RouteRequest, offers: readonly ToolOffer[], access: RouteAccess) {
    const { graph, step, run, workspace, key = run } = request;
    this.#request = { graph, step, run, workspace, key, seed: seedOf(run, step) };
    this.#access = access;
    this.#signals = signalsOfMoment(access.live);
    this.#needs = readNeeds(request, offers, access);
  }

  addAlias(alias: string): void {
    const pool = poolOf(alias, this.#access.aliases);
    const ranked = rankPool(pool, this.#filter(pool), {
      request: this.#request,
      signals: this.#signals,
      routers: this.#access.routers,
    });
    const isFirst = Object.keys(this.#routers).length === 0;
    if (isFirst) this.#plan = ranked.plan;
    this.#note(alias, ranked);
    for (const one of ranked.ranked) {
      const queue = queueOf(one.model.provider, this.#access);
      this.#usable.push({ ranked: one, alias, pool, queue });
    }
  }

  /** Aliases of a configuration can be called anything, `__proto__` as well: they are defined, not assigned. */
  #note(alias: string, { router, problem }: RankedPool): void {
    define(this.#routers, alias, router);
    if (problem !== undefined) define(this.#problems, alias, problem);
  }

  /** What passes all filters and is no candidate yet. */
  #filter(pool: ModelPool): readonly Considered[] {
    const { models, unmatched } = expandPool(pool.pool, this.#access.listed());
    const wanted = { pool, needs: this.#needs, signals: this.#signals };
    const passed: Considered[] = [];
    const known = new Set(this.#usable.map(nameOf));
    for (const [position, name] of models.entries()) {
      if (known.has(name)) continue;
      const model = considerModel(name, position, this.#needs, this.#access);
      const why = whyNot(model, wanted);
      if (why === undefined) passed.push(model);
      else if (!this.#refused.has(name)) this.#refused.set(name, why);
      if (why === undefined) this.#refused.delete(name);
    }
    for (const pattern of unmatched) this.#refused.set(pattern, NOT_LISTED);
    return passed;
  }

  record(): Route {
    const { step, seed } = this.#request;
    const ordered = orderByBreaker(this.#usable, nameOf, this.#signals);
    const usable = this.#leaveOutFallbacks(ordered);
    return {
      step,
      ...recordModels(usable, this.#refused, this.#signals),
      routers: this.#routers,
      ...(Object.keys(this.#problems).length > 0 && { problems: this.#problems }),
      seed,
      ...(this.#plan && { plan: this.#plan }),
    };
  }

  /** Of an alias without fallbacks, all but the best. */
  #leaveOutFallbacks(ordered: readonly Usable[]): readonly Usable[] {
    const firsts = new Set<string>();
    return ordered.filter((one) => {
      const { alias, pool } = one;
      if (pool.allowFallbacks !== false || !firsts.has(alias)) {
        firsts.add(alias);
        return true;
      }
      this.#refused.set(nameOf(one), NO_FALLBACK);
      return false;
    });
  }
}

function nameOf({ ranked }: Usable): string {
  return ranked.model.model;
}

const NOT_LISTED: Why = () => "no provider lists a model that fits this";
const NO_FALLBACK: Why = () => "the alias allows no fallback, and another model is better";

function define(record: Record<string, string>, name: string, value: string): void {
  Object.defineProperty(record, name, { value, enumerable: true });
}

function offersOf({ tools = [] }: RouteRequest, access: RouteAccess): readonly ToolOffer[] {
  const known = tools.filter((name) => Object.hasOwn(access.tools, name));
  return known.map((name) => offerTool(name, access.tools));
}

function poolOf(alias: string, aliases: ModelAliases): ModelPool {
  const found = Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
  if (found !== undefined) return readAlias(found);
  // A worker checks its own graphs when it starts: only one with another configuration comes here.
  throw ApplicationFailure.nonRetryable(
    `This worker's configuration has no alias "${alias}". Run workers of one task queue with one configuration.`,
    "CONFIG_UNKNOWN_ALIAS",
  );
}
