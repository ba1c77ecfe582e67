/** Finds what workers have learned of their models: in the exchange they share it through, or from a running API. */

import { createCatalogue, type RefreshProblem } from "../worker/catalogue.ts";
import type { Config } from "../worker/config.ts";
import { readModelStatus } from "../worker/model-status.ts";
import { openSignals } from "../worker/open-signals.ts";
import { askApi, defaultApi, type ShownModel } from "./ask-api.ts";
import type { Terminal } from "./terminal.ts";

export interface Learned {
  readonly from: "exchange" | "api";
  /** For people: where that is. */
  readonly where: string;
  readonly models: readonly ShownModel[];
  /** Providers that do not tell their models. Always empty without `refresh`. */
  readonly problems: readonly RefreshProblem[];
}

export interface LearnedOptions {
  /** The API to ask, whatever the configuration says. */
  readonly api?: string;
  /** Whether to ask the providers for their models, for the patterns of pools. The API needs no such thing. */
  readonly refresh?: boolean;
}

/** @throws {CliError} when it is an API's to tell, and it does not. */
export async function findLearned(
  config: Config,
  { api, refresh = false }: LearnedOptions,
  terminal: Pick<Terminal, "env">,
): Promise<Learned> {
  if (api === undefined && config.signals !== undefined) return readExchange(config, refresh);
  const url = api ?? defaultApi(terminal);
  return { from: "api", where: `the API at ${url}`, models: await askApi(url), problems: [] };
}

async function readExchange(config: Config, refresh: boolean): Promise<Learned> {
  const catalogue = createCatalogue(config);
  const opened = openSignals(config, { isReader: true });
  try {
    const [problems] = await Promise.all([refresh ? catalogue.refresh() : [], opened.begin()]);
    const models = readModelStatus(config, catalogue, opened.live);
    return { from: "exchange", where: "the exchange of the configuration", models, problems };
  } finally {
    await opened.end();
  }
}
