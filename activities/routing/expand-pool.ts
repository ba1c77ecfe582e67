/** The models of a pool: its patterns stand for what the providers list. */

import { isModelPattern } from "../../plugins/contract.ts";
import { patternOf } from "./patterns.ts";

export interface ExpandedPool {
  /** As `provider/model`, each once, in the order in which the pool first names it. */
  readonly models: readonly string[];
  /** Patterns that fit nothing: their provider lists no such model, or was not asked yet. */
  readonly unmatched: readonly string[];
}

interface Kept extends ExpandedPool {
  readonly listed: readonly string[];
}

/** By the list of the configuration: catalogues of hundreds of models change once an hour, routes are decided all the time. */
const EXPANDED = new WeakMap<readonly string[], Kept>();

/** @param listed - the same array as long as it says the same: what was found in it is kept. */
export function expandPool(pool: readonly string[], listed: readonly string[]): ExpandedPool {
  const kept = EXPANDED.get(pool);
  if (kept !== undefined && kept.listed === listed) return kept;
  const found = pool.map((text) =>
    isModelPattern(text) ? listed.filter(patternOf(text)) : [text],
  );
  const expanded: Kept = {
    models: [...new Set(found.flat())],
    unmatched: pool.filter((_text, index) => found[index]?.length === 0),
    listed,
  };
  EXPANDED.set(pool, expanded);
  return expanded;
}
