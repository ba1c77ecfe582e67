/** Where an API is; and looks at the host that a request asks for, to keep web pages of others from this machine. */

import type { RequestHandler } from "express";
import { ApiError } from "./api-error.ts";

/** Where an API is that nobody has put elsewhere. */
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 8080;

/** Such as `http://127.0.0.1:8080`. */
export function urlOf(host: string, port: number | string): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** A browser resolves names under `localhost` to this machine without asking anyone. */
const LOOPBACK = /^(?:(?:[\w-]+\.)*localhost|\[?::1\]?|127(?:\.\d{1,3}){3})$/i;

/** Whether only this machine reaches what listens at a host. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2-6 */
export const requireHost: RequestHandler = ({ headers, httpVersion }, _response, next) => {
  if (headers.host !== undefined || httpVersion !== "1.1") return next();
  const message = 'A request of HTTP/1.1 names the host it asks. Send the header "Host".';
  throw new ApiError("API_MALFORMED_REQUEST", message, { headers: { Connection: "close" } });
};

/**
 * For an API without keys. A page may have the name of its own server changed to the address of this machine (DNS
 * rebinding): its requests then look like those of our own pages, but for the name that they ask for.
 */
export const refuseOtherHosts: RequestHandler = ({ headers }, _response, next) => {
  const host = headers.host?.replace(/:\d*$/, "") ?? "";
  if (isLoopback(host)) return next();
  throw new ApiError(
    "API_MISDIRECTED",
    `This API asks for no keys, so it answers only to "localhost" and addresses of this machine. Use those, or set SIGNALBOX_API_KEYS.`,
  );
};
