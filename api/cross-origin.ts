/** Lets pages of other origins use the API, if they are listed. Without cookies, so `*` gives nobody anybody's rights. */

import type { RequestHandler } from "express";

const READABLE = "Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id";
const SENDABLE =
  "Authorization, Content-Type, Idempotency-Key, Last-Event-ID, X-Namespace, X-Request-Id";
/** Browsers ask again after this. */
const MAX_AGE_SECONDS = "600";

/** @see https://fetch.spec.whatwg.org/#http-cors-protocol */
export function crossOrigin(origins: readonly string[]): RequestHandler {
  const isAny = origins.includes("*");
  const allowed: ReadonlySet<string> = new Set(origins);
  return (request, response, next) => {
    const origin = request.get("Origin");
    // The Temporal UI's own pages have been let in, with cookies.
    if (response.hasHeader("Access-Control-Allow-Origin")) return next();
    if (!isAny) response.vary("Origin");
    if (origin === undefined || !(isAny || allowed.has(origin))) return next();
    response.set("Access-Control-Allow-Origin", isAny ? "*" : origin);
    const isPreflight =
      request.method === "OPTIONS" && request.get("Access-Control-Request-Method") !== undefined;
    if (!isPreflight) {
      response.set("Access-Control-Expose-Headers", READABLE);
      return next();
    }
    response.set("Access-Control-Allow-Methods", "GET, POST");
    response.set("Access-Control-Allow-Headers", SENDABLE);
    response.set("Access-Control-Max-Age", MAX_AGE_SECONDS);
    response.status(204).end();
  };
}
