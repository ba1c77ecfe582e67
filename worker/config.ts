/** The configuration: providers, aliases and prices. The only place that knows keys and plugins. */

import type { ToolContext, Tools } from "../activities/tool.ts";
import type { z } from "zod";
import { CURABLE_KINDS } from "../graph/failure-kinds.ts";
import { readModelList, type ModelList, type ModelLists } from "../graph/model-list.ts";
import { isPrice, type ModelPrice } from "../graph/money.ts";
import type { Capabilities, Provider, SignalExchange, UserLimits } from "../plugins/contract.ts";
import { checkLimits } from "./check-limits.ts";
import { ConfigError } from "./config-error.ts";

export interface Config {
  readonly providers: readonly Provider[];
  /** By alias, a list of `provider/model` in order: first choice, then fallbacks. Or the list with rules of its own. */
  readonly models: ModelLists;
  /** Activities of your own, by name: graphs call them, and models may. */
  readonly tools?: Tools;
  /**
   * Prices by `provider/model`, in USD per million tokens: they win over what the provider states and over the list
   * prices that ship with Signalbox.
   */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
  /** What a model can do, by `provider/model`, where its provider does not say or you know better. */
  readonly capabilities?: Readonly<Record<string, Capabilities>>;
  /**
   * What you allow a model in a minute, by `provider/model`; or, by a pattern such as `openai/*`, all models that fit it
   * together. Default: no limits but the providers' own.
   */
  readonly limits?: UserLimits;
  /** How workers share what they learn, and their limits. Default: each learns alone, and has the limits for itself. */
  readonly signals?: SignalExchange;
}

/**
 * Checks a configuration and keeps its exact type, so that `kit<typeof config>()` knows its aliases.
 *
 * @throws {ConfigError} when an alias is empty, names a provider that is not there or a failure that no call cures; and
 *   when a price or a limit is none.
 */
export function defineConfig<const C extends Config>(config: C): C {
  const providers = new Set<string>();
  for (const { id } of config.providers) {
    if (providers.has(id)) throw duplicateProvider(id);
    providers.add(id);
  }
  for (const [alias, list] of Object.entries(config.models)) {
    checkAlias(alias, readModelList(list), providers);
  }
  for (const [model, price] of Object.entries(config.prices ?? {})) checkPrice(model, price);
  checkLimits(config.limits ?? {}, providers);
  return config;
}

/** Types a tool's `run` by its schemas. */
export function defineTool<Input extends z.ZodType, Output extends z.ZodType>(tool: {
  /** Tells a model what the tool is for. */
  readonly description: string;
  readonly input: Input;
  readonly output: Output;
  run(input: z.output<Input>, context: ToolContext): Promise<z.input<Output>>;
}): typeof tool {
  return tool;
}

function checkAlias(alias: string, list: ModelList, providers: ReadonlySet<string>): void {
  // Configurations are written in JavaScript too: what the type promises may not be there.
  const models = (list as Partial<ModelList>).models ?? [];
  if (models.length === 0) {
    throw new ConfigError(
      "CONFIG_EMPTY_ALIAS",
      `Alias "${alias}" has no models. List at least one, such as "openai/gpt-5-mini".`,
    );
  }
  checkRecovery(alias, list);
  for (const model of models) {
    const [provider = "", name] = model.split(/\/(.*)/s);
    if (providers.has(provider) && name) continue;
    const known = [...providers].map((id) => `"${id}"`).join(", ") || "none";
    throw new ConfigError(
      "CONFIG_UNKNOWN_PROVIDER",
      `Alias "${alias}" lists "${model}", which no provider serves (there are: ${known}). ` +
        `Write it as "provider/model" and add the provider to "providers".`,
    );
  }
}

function checkRecovery(alias: string, list: ModelList): void {
  for (const member of ["retryOn", "fallbackOn"] as const) {
    const wrong = list[member]?.find((kind) => !CURABLE_KINDS.includes(kind));
    if (wrong === undefined) continue;
    throw new ConfigError(
      "CONFIG_INVALID_RECOVERY",
      `Alias "${alias}" has "${wrong}" in "${member}", which is no failure that another call may cure. ` +
        `Use some of: ${CURABLE_KINDS.join(", ")}.`,
    );
  }
}

function checkPrice(model: string, price: ModelPrice): void {
  if (isWholePrice(price)) return;
  throw new ConfigError(
    "CONFIG_INVALID_PRICE",
    `The price of "${model}" cannot be reckoned with. Give "inputUsdPerMTok" and "outputUsdPerMTok" as USD per million ` +
      `tokens, 0 or more, and tiers in ascending order.`,
  );
}

/** Beside {@link isPrice}: a number left out, or written as text, would make every budget wrong without a word. */
function isWholePrice(price: ModelPrice): boolean {
  const { inputUsdPerMTok, outputUsdPerMTok, tiers = [] } = price;
  const starts = tiers.map(({ fromInputTokens }) => fromInputTokens);
  return (
    [inputUsdPerMTok, outputUsdPerMTok, ...starts].every((number) => typeof number === "number") &&
    starts.every((start, index) => index === 0 || start > (starts[index - 1] ?? 0)) &&
    isPrice(price)
  );
}

function duplicateProvider(id: string): ConfigError {
  return new ConfigError(
    "CONFIG_DUPLICATE_PROVIDER",
    `Two providers have the id "${id}". Give one of them another id.`,
  );
}
