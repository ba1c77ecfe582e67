/** `signalbox/worker`: configuration, connection and worker. */

export type {
  MaxPrice,
  ModelAliases,
  ModelList,
  ModelPool,
  RequiredCapability,
  RoutePreferences,
  WantedDataPolicy,
} from "../activities/model-pool.ts";
export {
  createLiveSignals,
  type LiveSignalsOptions,
} from "../activities/signals/create-live-signals.ts";
export type { LiveSignals } from "../activities/signals/live-signals.ts";
export type { ModelPrice } from "../graph/money.ts";
export {
  createCatalogue,
  type Catalogue,
  type RefreshOptions,
  type RefreshProblem,
} from "./catalogue.ts";
export type { AuditOptions } from "./check-audit.ts";
export type { QueueOptions, Queues, Served } from "./check-queues.ts";
export { ConfigError, type ConfigErrorCode } from "./config-error.ts";
export { defineConfig, defineTool, type Config } from "./config.ts";
export { assertPortFree } from "./free-port.ts";
export type { Graphs } from "./graph-module.ts";
export {
  listCatalogue,
  type CatalogueListing,
  type CatalogueRow,
  type ListCatalogueOptions,
} from "./list-catalogue.ts";
export type { BreakerStatus, ModelHealth, ModelStatus } from "./model-status.ts";
export type { FactName, FactSource, KnownFacts } from "./model-facts.ts";
export { countConversation, countTokens, type TokenCount } from "../plugins/tokens/tokens.ts";
export {
  openDataConverter,
  type DataConverterOptions,
  type SignalboxDataConverter,
} from "../payloads/data-converter.ts";
export type { EncryptionKey } from "../payloads/encryption-keys.ts";
export { PayloadError, type PayloadErrorCode } from "../payloads/payload-error.ts";
export { SetupError, type SetupErrorCode } from "./setup-error.ts";
export { SignalboxPlugin, type SignalboxPluginOptions } from "./signalbox-plugin.ts";
export { startWorker, type SignalboxWorker, type WorkerOptions } from "./signalbox-worker.ts";
export { openTelemetry, type Telemetry } from "./telemetry/open-telemetry.ts";
export type { TelemetryOptions } from "./telemetry/settings.ts";
export { openTemporal, type Temporal, type TemporalOptions } from "./temporal.ts";
