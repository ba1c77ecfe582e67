/** Finds out who a key belongs to, and keeps those out who guess. */

import type { Request, Response } from "express";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";
import { ANYBODY, type Caller } from "./caller.ts";
import { limitWrongKeys } from "./rate-limits.ts";

/**
 * Who has the key. Everybody, where there is no authenticator.
 *
 * @throws {ApiError} API_UNAUTHENTICATED, API_RATE_LIMITED
 */
export type CheckKey = (key: string, request: Request, response: Response) => Promise<Caller>;

/** One for each app: what it has counted is its own. */
export function createKeyCheck(options: AppOptions): CheckKey {
  const { authenticator } = options;
  const wrongKeys = limitWrongKeys(options);
  return async (key, request, response) => {
    if (authenticator === undefined) return ANYBODY;
    await wrongKeys.check(request);
    const caller = await authenticator.authenticate(key);
    if (caller !== undefined) return caller;
    await wrongKeys.count(request, response);
    throw unauthenticated(WRONG_KEY, 'error="invalid_token"');
  };
}

const WRONG_KEY = "Nobody has this key. Check it; `npx signalbox key` makes another.";

export const CHALLENGE = 'Bearer realm="signalbox"';

/** @param reason - for programs, as RFC 6750 has it. */
export function unauthenticated(message: string, reason?: string): ApiError {
  const challenge = [CHALLENGE, ...(reason === undefined ? [] : [reason])].join(", ");
  return new ApiError("API_UNAUTHENTICATED", message, {
    headers: { "WWW-Authenticate": challenge },
  });
}
