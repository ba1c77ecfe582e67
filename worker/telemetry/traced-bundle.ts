/** What a bundle of graphs needs so that runs and steps have spans. */

import { readFileSync } from "node:fs";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { BundleOptions, WorkflowBundleOption } from "@temporalio/worker";

const INTERCEPTORS = fileURLToPath(
  new URL(`../../workflows/tracing/interceptors${extname(import.meta.url)}`, import.meta.url),
);

/** As in workflows/tracing/interceptors.ts: importing it would need a sandbox. */
const MARK = "signalbox-traced-bundle";

/** For `bundleGraphs`, by those who bundle apart from the worker. */
export function tracedParts(): Required<Pick<BundleOptions, "workflowInterceptorModules">> {
  return { workflowInterceptorModules: [INTERCEPTORS] };
}

/** Attempts would have spans all the same, had they somewhere to belong. */
export function warnOfUntraced(
  bundle: WorkflowBundleOption,
  onWarning: (message: string) => void,
): void {
  const code = "code" in bundle ? bundle.code : readFileSync(bundle.codePath, "utf8");
  if (code.includes(MARK)) return;
  onWarning(
    "Telemetry is on, and the bundle of the graphs was made without: there are no traces of its runs. " +
      "Bundle it with SignalboxPlugin among the plugins and the same settings, or let the worker bundle.",
  );
}
