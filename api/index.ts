/** `signalbox/api`: the REST trigger. */

export type { ApiErrorCode } from "./api-error.ts";
export { createApp, type AppOptions } from "./app.ts";
export { startApi, type Api, type ApiOptions } from "./start-api.ts";
