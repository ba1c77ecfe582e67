/** Lets a request to its handler only with a key that may do what the route does. */

import type { Request, RequestHandler } from "express";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";
import { ANYBODY, type Caller, type Scope } from "./caller.ts";
import { exchangeOf } from "./exchange.ts";
import type { Route } from "./route.ts";

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** For one route. Leaves who asks in the request's exchange. */
export function authenticate(
  { access }: Route,
  { authenticator }: Pick<AppOptions, "authenticator">,
): RequestHandler {
  return async (request, response, next) => {
    const exchange = exchangeOf(response);
    if (access === "open" || authenticator === undefined) exchange.caller = ANYBODY;
    else {
      exchange.caller = await findCaller(readKey(request), authenticator);
      assertScope(exchange.caller, access);
    }
    next();
  };
}

/** Only from its header: an address with a key in it is kept by browsers, proxies and their logs. */
function readKey(request: Request): string {
  const key = BEARER.exec(request.get("Authorization") ?? "")?.[1];
  if (key !== undefined) return key;
  throw unauthenticated(
    'This API asks for a key. Send it as the header "Authorization: Bearer KEY".',
  );
}

async function findCaller(
  key: string,
  authenticator: NonNullable<AppOptions["authenticator"]>,
): Promise<Caller> {
  const caller = await authenticator.authenticate(key);
  if (caller !== undefined) return caller;
  throw unauthenticated(
    "Nobody has this key. Check it; `npx signalbox key` makes another.",
    'error="invalid_token"',
  );
}

function assertScope({ id, scopes }: Caller, access: Scope): void {
  if (scopes.has(access) || scopes.has("admin")) return;
  throw new ApiError(
    "API_FORBIDDEN",
    `The key "${id}" has not the scope "${access}", which this asks for. Use a key that has it.`,
    {
      members: { scope: access },
      headers: {
        "WWW-Authenticate": `${CHALLENGE}, error="insufficient_scope", scope="${access}"`,
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
