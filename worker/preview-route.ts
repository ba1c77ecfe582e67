/** Decides a route as a worker would, without a run and without a call. */

import type { Route, RouteRequest } from "../activities/contract.ts";
import { decideRoute } from "../activities/route.ts";
import { createLiveSignals } from "../activities/signals/create-live-signals.ts";
import { createCatalogue, type RefreshProblem } from "./catalogue.ts";
import type { Config } from "./config.ts";
import { modelAccess, monotonicNow } from "./signalbox-worker.ts";

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
 * What a worker with this configuration would decide now, as far as it goes by what is known of the models: what a running
 * worker has seen of them is its own.
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
  const access = modelAccess(config, catalogue, createLiveSignals({ now: monotonicNow }));
  const given = inputTokens !== undefined && {
    tokens: {
      tokenizerOf: () => "given",
      count: () => ({ tokens: inputTokens, isEstimate: false }),
    },
  };
  return { route: decideRoute(request, { ...access, ...given }), problems };
}
