/** What an alias of the configuration stands for, as far as the language has to know: models in order, or a pool. */

import type { RecoveryPolicy } from "./failure-kinds.ts";

/** Models of one alias, with rules of their own for another try. */
export interface ModelList extends RecoveryPolicy {
  /** As `provider/model`: first choice, then fallbacks. */
  readonly models: readonly string[];
}

/** Models by alias. A plain list has no rules of its own; how one of a pool is picked is no concern of the language. */
export type ModelLists = Readonly<
  Record<string, readonly string[] | ModelList | { readonly pool: readonly string[] }>
>;

/** The models, or patterns, that an alias names, in their order. */
export function listModels(alias: ModelLists[string]): readonly string[] {
  if (isPlainList(alias)) return alias;
  return "pool" in alias ? alias.pool : alias.models;
}

function isPlainList(alias: ModelLists[string]): alias is readonly string[] {
  return Array.isArray(alias);
}
