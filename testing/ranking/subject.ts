/** A router under test, and what it makes of what it is asked with. */

import { AssertionError } from "node:assert";
import type { Ranked, RankRequest, Router, Signals } from "../../plugins/contract.ts";
import { createCandidates, createRequest, createSignals, freeze, type RankCall } from "./world.ts";

/** What the kit is to check. */
export interface RouterContractOptions {
  /** Makes the router, as its users do. Called anew for each check. */
  readonly make: () => Router;
  /** What the kit's requests are to be like, where the router has an opinion of some only. Default: any. */
  readonly request?: Partial<RankRequest>;
  /** `provider/model`: models that the router knows by name. They stand first among the kit's own. Default: none. */
  readonly models?: readonly string[];
}

/** How many models there may be: none, few, and a whole catalogue. */
export const COUNTS = [0, 1, 2, 20, 400] as const;

/** A usual call. All of it is frozen. */
export function createCall(
  { request, models = [] }: RouterContractOptions,
  count = 20,
  seed = 1,
): RankCall {
  const candidates = freeze(createCandidates(count, models));
  return {
    request: freeze(createRequest(request ?? {}, seed)),
    candidates,
    signals: createSignals(candidates),
  };
}

export function withSignals(call: RankCall, signals: Signals): RankCall {
  return { ...call, signals };
}

/** Calls of every size, each with other chance. */
export function createCalls(options: RouterContractOptions): readonly RankCall[] {
  return COUNTS.map((count, index) => createCall(options, count, index));
}

/** What the router gives; `undefined`: it has no opinion. */
export function rank(
  router: Router,
  { request, candidates, signals }: RankCall,
): readonly Ranked[] | undefined {
  let ranked: unknown;
  try {
    ranked = router.rank(request, candidates, signals);
  } catch (error) {
    throw fault(`It throws when it ranks ${candidates.length} models: ${String(error)}`);
  }
  if (ranked === undefined || isRanking(ranked)) return ranked;
  throw fault("It gives something else than a list. A promise is none: a router answers at once.");
}

export function fault(message: string): AssertionError {
  return new AssertionError({ message });
}

function isRanking(ranked: unknown): ranked is readonly Ranked[] {
  return Array.isArray(ranked);
}

/** A ranking as plain data, to compare it with another. */
export function describeRanking(ranked: readonly Ranked[] | undefined): unknown {
  return ranked?.map(({ candidate, score, reason, arm }) => ({
    model: candidate?.model,
    score,
    reason: typeof reason === "function" ? reason() : reason,
    arm,
  }));
}
