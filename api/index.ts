/** `signalbox/api`: the REST trigger. */

export type { ApiErrorCode } from "./api-error.ts";
export type { AppOptions } from "./app-options.ts";
export { createApp } from "./app.ts";
export { startApi, type Api, type ApiOptions } from "./start-api.ts";
