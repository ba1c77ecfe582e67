/** Finds out who asks, by the key they send, and whether they may. */

import type { Request, RequestHandler } from "express";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";
import { ANYBODY, type Caller, type Scope } from "./caller.ts";
import { CHALLENGE, unauthenticated, type CheckKey } from "./check-key.ts";
import { exchangeOf } from "./exchange.ts";

/** @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const BEARER = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

export interface Keys {
  readonly check: CheckKey;
  /** The key of the request's session, if it has one that counts. */
  readonly ofSession: (request: Request) => string | undefined;
}

/** Leaves who asks in the request's exchange. Nobody is asked for a key where there is no authenticator. */
export function authenticate({ authenticator }: AppOptions, keys: Keys): RequestHandler {
  return async (request, response, next) => {
    const exchange = exchangeOf(response);
    if (authenticator === undefined) exchange.caller = ANYBODY;
    else {
      const sent = request.get("Authorization");
      const isSession = exchange.route?.isCodec === true && sent === undefined;
      const key = (isSession ? keys.ofSession(request) : undefined) ?? readKey(sent, isSession);
      exchange.caller = await keys.check(key, request, response);
    }
    next();
  };
}

/** Lets only those pass whose key has the scope. Comes after {@link authenticate}. */
export function requireScope(scope: Scope): RequestHandler {
  return (_request, response, next) => {
    assertScope(exchangeOf(response).caller ?? NOBODY, scope);
    next();
  };
}

/** @throws {ApiError} API_FORBIDDEN */
export function assertScope({ id, scopes, workspace }: Caller, scope: Scope): void {
  if (!scopes.has(scope) && !scopes.has("admin")) {
    throw forbidden(`The key "${id}" has not the scope "${scope}", which this asks for.`, scope);
  }
  if (scope === "payloads" && workspace !== undefined) {
    throw forbidden(
      `The key "${id}" belongs to the workspace "${workspace}", and payloads do not say whose they are.`,
      scope,
    );
  }
}

const NOBODY: Caller = { id: "nobody", scopes: new Set() };

/** Only from its header: an address with a key in it is kept by browsers, proxies and their logs. */
function readKey(header = "", mayHaveSession: boolean): string {
  const key = BEARER.exec(header)?.[1];
  if (key !== undefined) return key;
  throw unauthenticated(
    'This API asks for a key. Send it as the header "Authorization: Bearer KEY"' +
      (mayHaveSession ? ", or, in a browser, give it to the page /codec." : "."),
  );
}

function forbidden(message: string, scope: Scope): ApiError {
  return new ApiError("API_FORBIDDEN", `${message} Use a key that has it${OF_ALL[scope] ?? ""}.`, {
    members: { scope },
    headers: {
      "WWW-Authenticate": `${CHALLENGE}, error="insufficient_scope", scope="${scope}"`,
    },
  });
}

const OF_ALL: Readonly<Partial<Record<Scope, string>>> = { payloads: " and is of all workspaces" };
