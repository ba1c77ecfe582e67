/** The configuration: providers, aliases and prices. The only place that knows keys and plugins. */

import type { ModelPrice } from "../activities/price.ts";
import type { ToolContext, Tools } from "../activities/tool.ts";
import type { z } from "zod";
import type { Provider } from "../plugins/contract.ts";
import { ConfigError } from "./config-error.ts";

export interface Config {
  readonly providers: readonly Provider[];
  /** Models by alias, as `provider/model`, each list in order: first choice, then fallbacks. */
  readonly models: Readonly<Record<string, readonly string[]>>;
  /** Activities of your own, by name: graphs call them, and models may. */
  readonly tools?: Tools;
  /** List prices by `provider/model`. Without one, the cost of a call is what its provider states, or unknown. */
  readonly prices?: Readonly<Record<string, ModelPrice>>;
}

/**
 * Checks a configuration and keeps its exact type, so that `kit<typeof config>()` knows its aliases.
 *
 * @throws {ConfigError} when an alias is empty or names a provider that is not there.
 */
export function defineConfig<const C extends Config>(config: C): C {
  const providers = new Set<string>();
  for (const { id } of config.providers) {
    if (providers.has(id)) throw duplicateProvider(id);
    providers.add(id);
  }
  for (const [alias, models] of Object.entries(config.models)) {
    checkAlias(alias, models, providers);
  }
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

function checkAlias(
  alias: string,
  models: readonly string[],
  providers: ReadonlySet<string>,
): void {
  if (models.length === 0) {
    throw new ConfigError(
      "CONFIG_EMPTY_ALIAS",
      `Alias "${alias}" has no models. List at least one, such as "openai/gpt-5-mini".`,
    );
  }
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

function duplicateProvider(id: string): ConfigError {
  return new ConfigError(
    "CONFIG_DUPLICATE_PROVIDER",
    `Two providers have the id "${id}". Give one of them another id.`,
  );
}
