/** The configuration: providers, aliases and prices. The only place that knows keys and plugins. */

import type { ModelAliases } from "../activities/model-pool.ts";
import type { ToolContext, Tools } from "../activities/tool.ts";
import type { z } from "zod";
import type { GuardNames } from "../graph/definition.ts";
import { isPrice, type ModelPrice } from "../graph/money.ts";
import type {
  AttemptJournal,
  Capabilities,
  Guardrail,
  Provider,
  Router,
  SignalExchange,
  UserLimits,
} from "../plugins/contract.ts";
import { checkAliases } from "./check-alias.ts";
import { checkAudit, type AuditOptions } from "./check-audit.ts";
import { checkGuardrails } from "./check-guardrails.ts";
import { checkLimits } from "./check-limits.ts";
import { checkQueues, type Queues } from "./check-queues.ts";
import { ConfigError } from "./config-error.ts";
import type { TelemetryOptions } from "./telemetry/settings.ts";
import { routersByName } from "../plugins/ranking/built-in-routers.ts";

export interface Config {
  readonly providers: readonly Provider[];
  /**
   * By alias, a list of `provider/model` in order: first choice, then fallbacks. Or the list with rules of its own, or a
   * pool, of which a router takes the best.
   */
  readonly models: ModelAliases;
  /** Routers of your own by name, for aliases to use beside `"priority"`, `"cheapest"`, `"fastest"` and `"balanced"`. */
  readonly routers?: Readonly<Record<string, Router>>;
  /** Activities of your own, by name: graphs call them, and models may. */
  readonly tools?: Tools;
  /** By the names that graphs and {@link Config.guard} use. */
  readonly guardrails?: Readonly<Record<string, Guardrail>>;
  /** Names of guardrails that look at every call of every graph, before those that graphs and steps name. */
  readonly guard?: Partial<GuardNames>;
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
  /**
   * By the ids of providers: those whose calls wait in a task queue of their own, with a rate that holds for all workers
   * together, or on machines of their own. Default: all wait where the runs do.
   */
  readonly queues?: Queues;
  /**
   * Where replies are kept until Temporal has them, so that a worker that dies between loses none that is paid for. `false`: nowhere.
   * Default: `fileJournal()`, files in `.signalbox/journal`, for workers on one machine.
   */
  readonly journal?: AttemptJournal | false;
  /** How the audit trail is kept, records of all that happens in runs, chained by hashes. `false`: not at all. Default: in files. */
  readonly audit?: AuditOptions | false;
  /** How workers share what they learn, and their limits. Default: each learns alone, and has the limits for itself. */
  readonly signals?: SignalExchange;
  /** Traces and metrics of the workers. Default: as OpenTelemetry's variables say, `OTEL_EXPORTER_OTLP_ENDPOINT` and the like. */
  readonly telemetry?: TelemetryOptions;
}

/**
 * Checks a configuration and keeps its exact type, so that `kit<typeof config>()` knows its aliases.
 *
 * @throws {ConfigError} when an alias is empty, or names what is not there or cannot be kept; and when a price, a limit, a queue or
 *   what is said of the audit trail is none.
 */
export function defineConfig<const C extends Config>(config: C): C {
  const providers = new Set<string>();
  for (const { id } of config.providers) {
    if (providers.has(id)) throw duplicateProvider(id);
    providers.add(id);
  }
  checkAliases(config.models, { providers, routers: routersByName(config.routers) });
  for (const [model, price] of Object.entries(config.prices ?? {})) checkPrice(model, price);
  checkGuardrails(config);
  checkLimits(config.limits ?? {}, providers);
  checkQueues(config.queues ?? {}, providers);
  checkAudit(config.audit);
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
