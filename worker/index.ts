/** `signalbox/worker`: configuration, connection and worker. */

export type { ModelPrice } from "../activities/price.ts";
export { ConfigError, type ConfigErrorCode } from "./config-error.ts";
export { defineConfig, defineTool, type Config } from "./config.ts";
export { assertPortFree } from "./dev-server.ts";
export type { Graphs } from "./graph-module.ts";
export { SetupError, type SetupErrorCode } from "./setup-error.ts";
export { SignalboxPlugin, type SignalboxPluginOptions } from "./signalbox-plugin.ts";
export { startWorker, type SignalboxWorker, type WorkerOptions } from "./signalbox-worker.ts";
export { openTemporal, type Temporal, type TemporalOptions } from "./temporal.ts";
