/** `signalbox/client`: starts runs and reads them. */

export { ClientError, type ClientErrorCode } from "./client-error.ts";
export type { ConnectOptions } from "./connect.ts";
export {
  openDataConverter,
  type DataConverterOptions,
  type SignalboxDataConverter,
} from "../payloads/data-converter.ts";
export type { EncryptionKey } from "../payloads/encryption-keys.ts";
export type { JsonPayload } from "../payloads/json-payload.ts";
export { PayloadError, type PayloadErrorCode } from "../payloads/payload-error.ts";
export type { Sender } from "./deliver.ts";
export type { FollowedEvents, FollowOptions } from "./follow-run.ts";
export type { OpenStep } from "../workflows/mailbox.ts";
export type {
  Attempt,
  ListOptions,
  RecordedRoute,
  Run,
  RunFailure,
  RunFilters,
  RunPage,
  RunStatus,
  RunStep,
  RunSummary,
  WaitingStep,
} from "./run.ts";
export type { RemoteCodec } from "./remote-codec.ts";
export type { RunEvent } from "./run-event.ts";
export { linkToRun, linkToRuns, temporalUiOf, type TemporalUi } from "./temporal-ui.ts";
export type { AuditContent, AuditTrail, AuditTrailOptions } from "./audit/read-audit.ts";
export { AUDIT_ATTRIBUTES, type AuditAttribute } from "./audit/attributes.ts";
export { AUDIT_TYPES, type AuditRecord, type AuditType, type AuditValue } from "../audit/record.ts";
export { SignalboxClient, type SignalboxClientOptions } from "./signalbox-client.ts";
export type { StartOptions } from "./start-options.ts";
