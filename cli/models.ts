/** `signalbox models`: the models of the configuration, with price, window, capabilities, and who says so. */

import { InvalidArgumentError, Option, type Command } from "commander";
import type { ModelPrice } from "../graph/money.ts";
import type { Config } from "../worker/config.ts";
import type { CatalogueRow } from "../worker/list-catalogue.ts";
import type { HealthOptions } from "./models-health.ts";
import { loadConfig, type ProjectOptions } from "./load-project.ts";
import { formatTable } from "./table.ts";
import { printJson, type Terminal } from "./terminal.ts";

type ModelsOptions = Pick<ProjectOptions, "config"> &
  HealthOptions & {
    readonly health?: boolean;
  };

export function addModels(program: Command, terminal: Terminal): void {
  program
    .command("models")
    .description("list the models of the configuration: prices, windows, capabilities")
    .option("--config <file>", "the configuration (default: signalbox.config.js, found upward)")
    .option("--refresh", "ask the providers for all their models, and fetch current list prices")
    .option("--health", "ask the providers how they are, and show what workers have learned")
    .addOption(
      new Option("--api <url>", "the API that knows the health (default: the exchange, or here)")
        .argParser(readUrl)
        .implies({ health: true }),
    )
    .option("--json", "print JSON")
    .action((options: ModelsOptions) => showModels(options, terminal));
}

function readUrl(given: string): string {
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const isPlain = url?.username === "" && url.password === "" && url.search === "";
  if (isPlain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, "");
  throw new InvalidArgumentError('Write it as "http://127.0.0.1:8080".');
}

async function showModels(options: ModelsOptions, terminal: Terminal): Promise<void> {
  const config = await loadConfig(options, terminal);
  try {
    if (!options.health) return await printModels(config, options, terminal);
    const { printHealth } = await import("./models-health.ts");
    await printHealth(config, options, terminal);
  } finally {
    for (const provider of config.providers) await provider.close?.();
  }
}

/** Where list prices are fetched from, for machines that reach only a mirror. */
const PRICES_URL = "SIGNALBOX_PRICES_URL";

async function printModels(
  config: Config,
  { refresh, json }: ModelsOptions,
  terminal: Terminal,
): Promise<void> {
  const listPricesUrl = terminal.env[PRICES_URL];
  const { listCatalogue } = await import("../worker/list-catalogue.ts");
  const { models, problems } = await listCatalogue(config, { refresh, listPricesUrl });
  for (const { from, message } of problems) terminal.tell(`"${from}" does not answer: ${message}`);
  if (json) printJson(terminal, { models, problems });
  else terminal.print(formatModels(models));
}

const HEADS = [
  "model",
  "aliases",
  "input",
  "cached",
  "output",
  "price from",
  "window",
  "most output",
  "can",
] as const;

function formatModels(models: readonly CatalogueRow[]): string {
  const warnings = models.flatMap(({ model, warnings: of }) =>
    of.map((text) => `${model}: ${text}`),
  );
  const notes = ["Prices in USD per million tokens.", ...warnings];
  return [formatTable(HEADS, models.map(toCells)), "", ...notes].join("\n");
}

function toCells(row: CatalogueRow): readonly string[] {
  const { model, aliases, price, sources, contextWindow, maxOutputTokens } = row;
  return [
    model,
    aliases.join(", ") || "-",
    formatRate(price, "inputUsdPerMTok"),
    formatRate(price, "cachedInputUsdPerMTok"),
    formatRate(price, "outputUsdPerMTok"),
    sources.price,
    contextWindow?.toLocaleString("en") ?? "?",
    maxOutputTokens?.toLocaleString("en") ?? "?",
    formatCapabilities(row),
  ];
}

/** A rate that rises with the size of the input as its first and last. */
function formatRate(price: ModelPrice | undefined, name: keyof Omit<ModelPrice, "tiers">): string {
  if (price === undefined) return "?";
  const rates = [price, ...(price.tiers ?? [])].map((rate) => rate[name]);
  const [first, ...others] = rates.filter((rate) => rate !== undefined);
  if (first === undefined) return "-";
  const last = others.at(-1);
  return last === undefined || last === first ? `${first}` : `${first} to ${last}`;
}

function formatCapabilities({ capabilities = {} }: CatalogueRow): string {
  const { jsonSchema, tools, vision, streaming } = capabilities;
  const can = { "JSON schema": jsonSchema, tools, images: vision, streaming };
  const names = Object.entries(can).filter(([, is]) => is === true);
  return names.map(([name]) => name).join(", ") || "?";
}
