/**
 * Has the models of one alias ranked by its router. A router may be anybody's: one that throws, loses candidates or invents
 * some is not followed, and the run goes on with the order of the alias.
 */

import type { Ranked, RankRequest, RoutePlan, Router, Signals } from "../../plugins/contract.ts";
import type { ModelPool } from "../model-pool.ts";
import type { Considered } from "./consider.ts";
import { placeIn } from "./patterns.ts";

/** A model with its place in the ranking. */
export interface RankedModel {
  readonly model: Considered;
  readonly score: number;
  readonly reason: string | (() => string);
  readonly arm: string | undefined;
}

export interface RankedPool {
  /** The best first. */
  readonly ranked: readonly RankedModel[];
  /** Id of the router that did it. */
  readonly router: string;
  readonly plan?: RoutePlan;
  /** Why the router of the alias was not followed. Absent: it was. */
  readonly problem?: string;
}

export interface RankContext {
  readonly request: RankRequest;
  readonly signals: Signals;
  /** By name. */
  readonly routers: Readonly<Record<string, Router>>;
}

/** The order of the alias: always there, whatever becomes of other routers. */
const PRIORITY = "priority";

export function rankPool(
  pool: ModelPool,
  models: readonly Considered[],
  context: RankContext,
): RankedPool {
  const { ranked, ...rest } = followRouter(pool, models, context);
  return { ...rest, ranked: putInOrder(ranked, pool.order) };
}

function followRouter(
  { router: wanted = PRIORITY }: ModelPool,
  models: readonly Considered[],
  context: RankContext,
): RankedPool {
  const byAlias = { ranked: models.map(byPosition), router: PRIORITY };
  if (wanted === PRIORITY) return byAlias;
  const router = typeof wanted === "string" ? findRouter(wanted, context) : wanted;
  if (router === undefined) return { ...byAlias, problem: "there is no router of that name" };
  if (models.length === 0) return { ranked: [], router: router.id };
  try {
    const plan = readPlan(router.plan?.(context.request));
    const opinion = router.rank(context.request, [...models], context.signals);
    const ranked = opinion === undefined ? undefined : readRanking(opinion, models);
    const planned = plan === undefined ? {} : { plan };
    return ranked === undefined
      ? { ...byAlias, ...planned }
      : { ranked, router: router.id, ...planned };
  } catch (error) {
    return { ...byAlias, problem: describeProblem(error, router) };
  }
}

function findRouter(name: string, { routers }: RankContext): Router | undefined {
  return Object.hasOwn(routers, name) ? routers[name] : undefined;
}

function byPosition(model: Considered): RankedModel {
  const number = model.position + 1;
  return { model, score: 1 / number, reason: () => `number ${number} of the list`, arm: undefined };
}

/** What a router did that it must not do. */
class RankingError extends Error {
  override readonly name = "RankingError";
}

/** By place, as names would have to be hashed: a ranking of hundreds is read for every call. */
function readRanking(
  ranking: readonly Ranked[],
  models: readonly Considered[],
): readonly RankedModel[] {
  if (!Array.isArray(ranking)) throw new RankingError("it gave no list");
  const byPlace: (Considered | undefined)[] = [];
  for (const model of models) byPlace[model.position] = model;
  const read = ranking.map(({ candidate, score, reason, arm }: Ranked): RankedModel => {
    const model = byPlace[candidate.position];
    if (model?.model !== candidate.model) {
      throw new RankingError("it gave a model twice, or one that is no candidate");
    }
    if (!Number.isFinite(score)) throw new RankingError("it gave a score that is no number");
    byPlace[candidate.position] = undefined;
    return { model, score, reason, arm: typeof arm === "string" ? arm : undefined };
  });
  if (read.length === models.length) return read;
  throw new RankingError(
    `it left out ${models.length - read.length} of ${models.length} candidates`,
  );
}

/** A plan is kept in the history: as it is in JSON. */
function readPlan(plan: RoutePlan | undefined): RoutePlan | undefined {
  if (plan === undefined) return undefined;
  const read: unknown = JSON.parse(JSON.stringify(plan) ?? "null");
  if (isPlan(read)) return read;
  throw new RankingError("it gave a plan of a kind that is not known");
}

function isPlan(value: unknown): value is RoutePlan {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    (value.kind === "cascade" || value.kind === "consensus")
  );
}

/** Only our own message: that of another error may say anything. */
function describeProblem(error: unknown, { id }: Router): string {
  const router = `router "${id}" was not followed`;
  if (error instanceof RankingError) return `${router}: ${error.message}`;
  const name = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : typeof error;
  return `${router}: it threw "${name}"`;
}

/** What stands in `order` goes first, as it stands there; among those of one pattern, and all others, the router decides. */
function putInOrder(
  ranked: readonly RankedModel[],
  order: readonly string[] | undefined,
): readonly RankedModel[] {
  if (order === undefined) return ranked;
  const placed = ranked.map((one) => ({ one, place: placeIn(order, one.model.model) }));
  return placed
    .toSorted((one, other) => one.place - other.place)
    .map(({ one, place }) =>
      place === order.length
        ? one
        : { ...one, reason: () => `number ${place + 1} in "order" of the alias` },
    );
}
