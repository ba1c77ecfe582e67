/** What is known of each model: from the configuration, else from its provider, else from the list prices. */

import type { ModelFacts, Provider } from "../plugins/contract.ts";
import { askWithin, describeFailure } from "./ask-provider.ts";
import type { Config } from "./config.ts";
import { findListing, updateListPrices } from "./list-prices.ts";
import { mergeFacts, type KnownFacts } from "./model-facts.ts";

/** A provider, or the price list, that could not be asked. What was known before stays. */
export interface RefreshProblem {
  /** Id of the provider, or `"genai-prices"`. */
  readonly from: string;
  /** Why, without keys. */
  readonly message: string;
}

export interface RefreshOptions {
  /** Whether to fetch the current list prices as well, for all of this process. Default: `false`. */
  readonly listPrices?: boolean;
  /** Where they are fetched from. Default: where genai-prices publishes them. */
  readonly listPricesUrl?: string;
  /** Aborted: whoever has not answered has failed. */
  readonly signal?: AbortSignal;
}

export interface Catalogue {
  /**
   * What is known of a `provider/model`. Asks nobody and never throws: made for the decision of a route, which may look
   * at hundreds. So what was found is kept for some seconds.
   */
  factsOf(model: string): KnownFacts;
  /**
   * Every `provider/model` that a provider listed when it was last asked. Empty before {@link Catalogue.refresh}; the same
   * array until a provider gives another list.
   */
  listed(): readonly string[];
  /** Asks all providers at once for their models. Never rejects: one that fails leaves the others alone, and is named. */
  refresh(options?: RefreshOptions): Promise<readonly RefreshProblem[]>;
}

/** A provider that lists hundreds of models takes a second or two. */
const LIST_TIMEOUT_MS = 15_000;

/** Some prices change with the hour, and a provider may learn of its models without being asked. */
const KEPT_MS = 10_000;

/** What providers answered when they were asked for their models: by provider, then by the second half of the name. */
type Lists = Map<string, ReadonlyMap<string, ModelFacts>>;

/** The catalogue of a configuration. It knows at once what can be known without asking. */
export function createCatalogue(
  config: Pick<Config, "providers" | "prices" | "capabilities">,
  { now = () => new Date() }: { readonly now?: () => Date } = {},
): Catalogue {
  const providers = new Map(config.providers.map((provider) => [provider.id, provider]));
  const lists: Lists = new Map();
  let listed: readonly string[] = [];
  const kept = keepFor(KEPT_MS, (name: string) => {
    const [id, model] = splitName(name);
    return mergeFacts([
      ["configuration", configured(config, name)],
      ["provider", lists.get(id)?.get(model)],
      ["provider", describe(providers.get(id), model)],
      ["genai-prices", listedFacts(name, now())],
    ]);
  });
  return {
    factsOf: (name) => kept.get(name, now().getTime()),
    listed: () => listed,
    async refresh(options = {}) {
      const asked = [...providers.values()].map((provider) => askForList(provider, lists, options));
      const problems = await Promise.all([...asked, refreshListPrices(options)]);
      listed = namesIn(lists);
      kept.clear();
      return problems.filter((problem) => problem !== undefined);
    },
  };
}

function namesIn(lists: Lists): readonly string[] {
  return [...lists].flatMap(([id, list]) => [...list.keys()].map((model) => `${id}/${model}`));
}

/** Keeps what `find` gives for a while. All of it is forgotten at once: nothing grows. */
function keepFor<Value>(
  keptMs: number,
  find: (name: string) => Value,
): { get(name: string, at: number): Value; clear(): void } {
  const kept = new Map<string, Value>();
  let since = -Infinity;
  return {
    get(name, at) {
      if (Math.abs(at - since) > keptMs) {
        kept.clear();
        since = at;
      }
      const known = kept.get(name) ?? find(name);
      kept.set(name, known);
      return known;
    },
    clear: () => kept.clear(),
  };
}

function splitName(name: string): readonly [provider: string, model: string] {
  const [provider = "", model = ""] = name.split(/\/(.*)/s);
  return [provider, model];
}

function configured(
  { prices = {}, capabilities = {} }: Pick<Config, "prices" | "capabilities">,
  name: string,
): ModelFacts {
  return {
    price: Object.hasOwn(prices, name) ? prices[name] : undefined,
    capabilities: Object.hasOwn(capabilities, name) ? capabilities[name] : undefined,
  };
}

/** A route must not fail because a plugin cannot say what it knows. */
function describe(provider: Provider | undefined, model: string): ModelFacts | undefined {
  try {
    return provider?.describeModel?.(model);
  } catch {
    return undefined;
  }
}

function listedFacts(name: string, at: Date): ModelFacts | undefined {
  const listing = findListing(name, at);
  return (
    listing && { price: listing.price, capabilities: { contextWindow: listing.contextWindow } }
  );
}

/** The list that a provider gave before stays until it gives another one. */
async function askForList(
  provider: Provider,
  lists: Lists,
  { signal }: RefreshOptions,
): Promise<RefreshProblem | undefined> {
  if (provider.listModels === undefined) return undefined;
  try {
    const models = await askWithin(
      async (limit) => (await provider.listModels?.({ signal: limit })) ?? [],
      { timeoutMs: LIST_TIMEOUT_MS, signal },
    );
    lists.set(provider.id, new Map(models.map(({ model, ...facts }) => [model, facts])));
    return undefined;
  } catch (error) {
    return { from: provider.id, message: describeFailure(error) };
  }
}

async function refreshListPrices({
  listPrices = false,
  listPricesUrl,
}: RefreshOptions): Promise<RefreshProblem | undefined> {
  if (!listPrices) return undefined;
  try {
    await updateListPrices(listPricesUrl);
    return undefined;
  } catch (error) {
    return { from: "genai-prices", message: describeFailure(error) };
  }
}
