/** The models of a configuration, row by row, with what is known of each and what to mind: for people and programs. */

import { readAlias } from "../activities/model-pool.ts";
import { expandPool } from "../activities/routing/expand-pool.ts";
import { createCatalogue, type RefreshProblem } from "./catalogue.ts";
import type { Config } from "./config.ts";
import { findListing } from "./list-prices.ts";
import type { KnownFacts } from "./model-facts.ts";

export interface CatalogueRow extends KnownFacts {
  /** `provider/model`. */
  readonly model: string;
  /** Those that use it. Empty: it is only served, or only priced. */
  readonly aliases: readonly string[];
  /** Sentences for people: what will go wrong with this model, or may. */
  readonly warnings: readonly string[];
}

export interface CatalogueListing {
  /** First the models of the aliases, in their order, then those the configuration knows, then all others by name. */
  readonly models: readonly CatalogueRow[];
  /** Who could not be asked. Always empty without `refresh`. */
  readonly problems: readonly RefreshProblem[];
}

export interface ListCatalogueOptions {
  /**
   * Whether to ask the providers for all their models, and to fetch the current list prices. Default: `false`, nobody is
   * asked, and only models that the configuration names are listed.
   */
  readonly refresh?: boolean;
  /** Where list prices are fetched from. Default: where genai-prices publishes them. */
  readonly listPricesUrl?: string;
}

/** Lists the models of a configuration. Never rejects: who cannot be asked is named in `problems`. */
export async function listCatalogue(
  config: Pick<Config, "providers" | "models" | "prices" | "capabilities">,
  { refresh = false, listPricesUrl }: ListCatalogueOptions = {},
): Promise<CatalogueListing> {
  const catalogue = createCatalogue(config);
  const problems = refresh ? await catalogue.refresh({ listPrices: true, listPricesUrl }) : [];
  const aliases = aliasesByModel(config, catalogue.listed());
  const listed = new Set(catalogue.listed().toSorted());
  const configured = new Set([
    ...Object.keys(config.prices ?? {}),
    ...Object.keys(config.capabilities ?? {}),
  ]);
  const names = new Set([...aliases.keys(), ...configured, ...listed]);
  const models = [...names].map((model): CatalogueRow => {
    const facts = catalogue.factsOf(model);
    const used = aliases.get(model) ?? [];
    const isOnlyConfigured = used.length === 0 && configured.has(model);
    const warnings = findWarnings(model, { facts, listed, isOnlyConfigured });
    return { model, aliases: used, ...facts, warnings };
  });
  return { models, problems };
}

/** The models of all aliases, in their order, each with those that use it. Patterns stand for what is `listed`. */
export function aliasesByModel(
  { models }: Pick<Config, "models">,
  listed: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const aliases = new Map<string, string[]>();
  for (const [alias, list] of Object.entries(models)) {
    // A copy: what routes keep of a pool stays as it is, whatever is listed here.
    for (const model of expandPool([...readAlias(list).pool], listed).models) {
      aliases.set(model, [...(aliases.get(model) ?? []), alias]);
    }
  }
  return aliases;
}

interface Known {
  readonly facts: KnownFacts;
  /** Every `provider/model` that a provider lists. */
  readonly listed: ReadonlySet<string>;
  readonly isOnlyConfigured: boolean;
}

function findWarnings(
  model: string,
  { facts, listed, isOnlyConfigured }: Known,
): readonly string[] {
  const warnings: string[] = [];
  if (facts.price === undefined) {
    warnings.push("No known price: not used where a budget in USD applies.");
  }
  if (findListing(model, new Date())?.isDeprecated) {
    warnings.push("Its provider will take it away: genai-prices lists it as deprecated.");
  }
  if (isOnlyConfigured) {
    warnings.push("The configuration says something of it, but no alias uses it: is it misspelt?");
  }
  if (!listed.has(model) && isAsked(model, listed)) {
    warnings.push("Its provider does not list it: it may be misspelt or retired.");
  }
  return warnings;
}

/** Whether the provider of that model has given a list. */
function isAsked(model: string, listed: ReadonlySet<string>): boolean {
  const provider = model.slice(0, model.indexOf("/") + 1);
  return [...listed].some((name) => name.startsWith(provider));
}
