/** How often a key may ask, and how often an address may ask with a wrong one. */

import type { Request, RequestHandler, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";
import { ALL_WORKSPACES, ANYBODY } from "./caller.ts";
import { exchangeOf } from "./exchange.ts";

const WINDOW_MS = 60_000;
const DEFAULT_LIMIT = 600;
const DEFAULT_WRONG_KEY_LIMIT = 60;

/** Passes a request on, or answers 429. Undefined where any number is allowed. `share`: how many times as many it lets pass. */
export function limitCallers(
  { authenticator, rateLimit: given = authenticator === undefined ? 0 : DEFAULT_LIMIT }: AppOptions,
  share = 1,
): RequestHandler | undefined {
  const limit = given * share;
  if (limit === 0) return undefined;
  return rateLimit({
    windowMs: WINDOW_MS,
    limit,
    keyGenerator: (request, response) => nameOf(request, response),
    standardHeaders: "draft-8",
    legacyHeaders: false,
    validate: false,
    // It has set Retry-After already.
    handler: (_request, _response, next) =>
      next(
        new ApiError(
          "API_RATE_LIMITED",
          `This is more than ${limit} requests a minute. Wait as long as the header "Retry-After" says, in seconds.`,
        ),
      ),
  });
}

export interface WrongKeyLimit {
  /** @throws {ApiError} API_RATE_LIMITED when its address has sent too many wrong keys. */
  check(request: Request): Promise<void>;
  /** Counts a wrong key. */
  count(request: Request, response: Response): Promise<void>;
}

/** Guessing a key is hopeless; asking a store of keys for each guess is a load that need not be. */
export function limitWrongKeys({
  wrongKeyLimit: limit = DEFAULT_WRONG_KEY_LIMIT,
}: AppOptions): WrongKeyLimit {
  const counter = rateLimit({
    windowMs: WINDOW_MS,
    limit,
    keyGenerator: addressOf,
    standardHeaders: false,
    legacyHeaders: false,
    validate: false,
    handler: (_request, _response, next) => next(),
  });
  return {
    async check(request) {
      const { totalHits = 0, resetTime } = (await counter.getKey(addressOf(request))) ?? {};
      if (totalHits < limit) return;
      const waitMs = (resetTime?.getTime() ?? Date.now() + WINDOW_MS) - Date.now();
      throw new ApiError(
        "API_RATE_LIMITED",
        `Too many wrong keys came from this address. Wait as long as the header "Retry-After" says, in seconds.`,
        { headers: { "Retry-After": `${Math.max(1, Math.ceil(waitMs / 1_000))}` } },
      );
    },
    async count(request, response) {
      await counter(request, response, () => undefined);
    },
  };
}

function nameOf(request: Request, response: Response): string {
  const { caller } = exchangeOf(response);
  if (caller === undefined || caller === ANYBODY) return addressOf(request);
  return `${caller.workspace ?? ALL_WORKSPACES}/${caller.id}`;
}

/** Of IPv6 the network: one machine has billions of addresses. */
function addressOf({ ip }: Request): string {
  return ip === undefined ? "unknown" : ipKeyGenerator(ip);
}
