/** Which pages may have payloads decoded: those of the Temporal UI, with the cookies of their browser. */

import type { Request, RequestHandler } from "express";
import type { AppOptions } from "../app-options.ts";
import { DEFAULT_HOST, DEFAULT_PORT, isLoopback, urlOf } from "../hosts.ts";

/** `Authorization-Extras`: the UI sends an id token in it, where it passes tokens on. */
const SENDABLE = "Authorization, Authorization-Extras, Content-Type, X-Namespace";
const READABLE = "Retry-After, X-Request-Id";
/** Browsers ask again after this. */
const MAX_AGE_SECONDS = "600";

/** As browsers send them. */
export function codecOriginsOf({ codecOrigins, temporalUi }: AppOptions): ReadonlySet<string> {
  return new Set(codecOrigins ?? (temporalUi === undefined ? [] : spellingsOf(temporalUi.url)));
}

/** What the UI is told of an API. */
export function codecEndpointOf(host = DEFAULT_HOST, port = DEFAULT_PORT): string {
  return `${urlOf(host, port)}/codec`;
}

/** Lets the UI's pages ask and read. All else is left to whatever comes after. */
export function letUiAsk(origins: ReadonlySet<string>): RequestHandler {
  return (request, response, next) => {
    const origin = request.get("Origin");
    response.vary("Origin");
    if (origin === undefined || !origins.has(origin)) return next();
    response.set("Access-Control-Allow-Origin", origin);
    response.set("Access-Control-Allow-Credentials", "true");
    const isPreflight =
      request.method === "OPTIONS" && request.get("Access-Control-Request-Method") !== undefined;
    if (!isPreflight) {
      response.set("Access-Control-Expose-Headers", READABLE);
      return next();
    }
    response.set("Access-Control-Allow-Methods", "POST");
    response.set("Access-Control-Allow-Headers", SENDABLE);
    response.set("Access-Control-Max-Age", MAX_AGE_SECONDS);
    response.status(204).end();
  };
}

/** Whether a page of our own sent a form. Programs send no origin, and have no cookies that could be misused. */
export function isOwnPage(request: Request): boolean {
  const site = request.get("Sec-Fetch-Site");
  if (site !== undefined) return site === "same-origin";
  const origin = request.get("Origin");
  if (origin === undefined) return true;
  // Not the scheme: a proxy in front may have taken TLS off.
  return URL.canParse(origin) && new URL(origin).host === request.get("Host");
}

/** Of this machine the UI is known by one name, and asked for by another. */
function spellingsOf(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { origin, protocol, hostname, port } = new URL(url);
  if (!isLoopback(hostname)) return [origin];
  const at = port === "" ? "" : `:${port}`;
  return [
    origin,
    ...["127.0.0.1", "localhost", "[::1]"].map((host) => `${protocol}//${host}${at}`),
  ];
}
