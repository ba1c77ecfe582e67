/** Decides a route as a worker would, without a run and without a call. */

import type { Route, RouteRequest } from "../activities/contract.ts";
import { decideRoute } from "../activities/route.ts";
import { createCatalogue, type RefreshProblem } from "./catalogue.ts";
import type { Config } from "./config.ts";
import { modelAccess } from "./signalbox-worker.ts";
import { openSignals } from "./open-signals.ts";

export type { Route, RouteRequest };

export interface PreviewOptions {
  /** How many tokens the request has. Default: its messages are counted. */
  readonly inputTokens?: number;
}

export interface RoutePreview {
  readonly route: Route;
  /** Providers that could not be asked for their models. */
  readonly problems: readonly RefreshProblem[];
}

/**
 * What a worker with this configuration would decide now. What running workers have seen of the models counts as far as they
 * share it: without `signals` in the configuration it is their own.
 *
 * @throws {ApplicationFailure} CONFIG_UNKNOWN_ALIAS
 */
export async function previewRoute(
  config: Config,
  request: RouteRequest,
  { inputTokens }: PreviewOptions = {},
): Promise<RoutePreview> {
  const catalogue = createCatalogue(config);
  const problems = await catalogue.refresh();
  const opened = openSignals(config, { isReader: true });
  await opened.begin();
  const access = modelAccess(config, catalogue, opened.live);
  const given = inputTokens !== undefined && {
    tokens: {
      tokenizerOf: () => "given",
      count: () => ({ tokens: inputTokens, isEstimate: false }),
    },
  };
  try {
    return { route: decideRoute(request, { ...access, ...given }), problems };
  } finally {
    await opened.end();
  }
}
