/** Bundles graphs for the workflow sandbox, which evaluates all of a bundle anew for every run: less is quicker. */

import { createRequire } from "node:module";
import { dirname, extname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  bundleWorkflowCode,
  DefaultLogger,
  type BundleOptions,
  type WorkflowBundle,
} from "@temporalio/worker";

type WebpackConfiguration = Parameters<NonNullable<BundleOptions["webpackConfigHook"]>>[0];

/** @param graphsUrl - the module that exports the graphs. */
export function bundleGraphs(
  graphsUrl: URL,
  options: Partial<BundleOptions> = {},
): Promise<WorkflowBundle> {
  const workflowsPath = fileURLToPath(graphsUrl);
  return bundleWorkflowCode({
    workflowsPath,
    logger: new DefaultLogger("WARN"),
    ...options,
    ...sandboxOptions(options),
  });
}

/** What bundles of graphs have besides what somebody asks for. */
export function sandboxOptions({
  preloadModules = [],
  webpackConfigHook: given = (config) => config,
}: Partial<BundleOptions>): Required<Pick<BundleOptions, "preloadModules" | "webpackConfigHook">> {
  return {
    preloadModules: [...preloadModules, ownModule("short-stacks"), ownModule("shared-modules")],
    webpackConfigHook: (config) => leaveOutUnused(findTemporalHere(given(config))),
  };
}

/** Of `workflows/`; compiled as this module is, or not, as in tests. */
function ownModule(name: string): string {
  const extension = extname(fileURLToPath(import.meta.url));
  return fileURLToPath(new URL(`../workflows/${name}${extension}`, import.meta.url));
}

/** What nobody imports is not defined in a run either: zod has some hundred names, and a graph uses ten. */
function leaveOutUnused(config: WebpackConfiguration): WebpackConfiguration {
  return { ...config, optimization: { usedExports: true, ...config.optimization } };
}

/**
 * What Temporal adds to a bundle imports its workflow package from where the graphs are. A project that has it only through
 * us, and not beside us (pnpm, links), gets ours.
 */
function findTemporalHere(config: WebpackConfiguration): WebpackConfiguration {
  const name = "@temporalio/workflow";
  const found = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  const { fallback: given = [] } = config.resolve ?? {};
  const others = Array.isArray(given)
    ? given
    : Object.entries(given).map(([from, alias]) => ({ name: from, alias }));
  const fallback = [...others, { name, alias: found }];
  return { ...config, resolve: { ...config.resolve, fallback } };
}
