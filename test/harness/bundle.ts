/** How the tests bundle graphs: from the package's sources, not from dist/. */

import type { BundleOptions } from "@temporalio/worker";

export const FROM_SOURCES: Partial<BundleOptions> = {
  webpackConfigHook: (config) => ({
    ...config,
    resolve: { ...config.resolve, conditionNames: ["@signalbox/source", "..."] },
  }),
};
