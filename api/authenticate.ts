/** Finds out who asks, by the key they send, and whether they may. */

import type { Request, RequestHandler } from "express";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";
import { ANYBODY, type Caller, type Scope } from "./caller.ts";
import { exchangeOf } from "./exchange.ts";
import { limitWrongKeys } from "./rate-limits.ts";

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** Leaves who asks in the request's exchange. Nobody is asked for a key where there is no authenticator. */
export function authenticate(options: AppOptions): RequestHandler {
  const { authenticator } = options;
  const wrongKeys = limitWrongKeys(options);
  return async (request, response, next) => {
    const exchange = exchangeOf(response);
    if (authenticator === undefined) exchange.caller = ANYBODY;
    else {
      const key = readKey(request);
      await wrongKeys.check(request);
      exchange.caller = await authenticator.authenticate(key);
      if (exchange.caller === undefined) {
        await wrongKeys.count(request, response);
        throw unauthenticated(WRONG_KEY, 'error="invalid_token"');
      }
    }
    next();
  };
}

/** Lets only those pass whose key has the scope. Comes after {@link authenticate}. */
export function requireScope(scope: Scope): RequestHandler {
  return (_request, response, next) => {
    const { id, scopes } = exchangeOf(response).caller ?? NOBODY;
    if (scopes.has(scope) || scopes.has("admin")) return next();
    throw forbidden(id, scope);
  };
}

const NOBODY: Caller = { id: "nobody", scopes: new Set() };
const WRONG_KEY = "Nobody has this key. Check it; `npx signalbox key` makes another.";

/** Only from its header: an address with a key in it is kept by browsers, proxies and their logs. */
function readKey(request: Request): string {
  const key = BEARER.exec(request.get("Authorization") ?? "")?.[1];
  if (key !== undefined) return key;
  throw unauthenticated(
    'This API asks for a key. Send it as the header "Authorization: Bearer KEY".',
  );
}

function forbidden(id: string, scope: Scope): ApiError {
  return new ApiError(
    "API_FORBIDDEN",
    `The key "${id}" has not the scope "${scope}", which this asks for. Use a key that has it.`,
    {
      members: { scope },
      headers: {
        "WWW-Authenticate": `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`,
      },
    },
  );
}

const CHALLENGE = 'Bearer realm="signalbox"';

function unauthenticated(message: string, reason?: string): ApiError {
  const challenge = [CHALLENGE, ...(reason === undefined ? [] : [reason])].join(", ");
  return new ApiError("API_UNAUTHENTICATED", message, {
    headers: { "WWW-Authenticate": challenge },
  });
}
