/** What an alias of the configuration stands for: models in order, and when the next of them is tried. */

import type { RecoveryPolicy } from "./failure-kinds.ts";

/** Models of one alias, with rules of their own for another try. */
export interface ModelList extends RecoveryPolicy {
  /** As `provider/model`: first choice, then fallbacks. */
  readonly models: readonly string[];
}

/** Models by alias. A plain list has no rules of its own. */
export type ModelLists = Readonly<Record<string, readonly string[] | ModelList>>;

/** Both ways to write an alias as the longer one. */
export function readModelList(alias: readonly string[] | ModelList): ModelList {
  return isPlainList(alias) ? { models: alias } : alias;
}

function isPlainList(alias: readonly string[] | ModelList): alias is readonly string[] {
  return Array.isArray(alias);
}
