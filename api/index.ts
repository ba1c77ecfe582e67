/** `signalbox/api`: the REST trigger. */

export type { ApiErrorCode } from "./api-error.ts";
export type { AuditQuery, AuditSource } from "./audit-source.ts";
export type { AppOptions } from "./app-options.ts";
export { apiKeys, type KeyEntry } from "./api-keys.ts";
export { createApp } from "./app.ts";
export type { Authenticator, Caller, Scope } from "./caller.ts";
export { apiOptionsFromEnv } from "./options-from-env.ts";
export { startApi, type Api, type ApiOptions } from "./start-api.ts";
