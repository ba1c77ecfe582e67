/** `/codec`: where a person gives their key, so that the Temporal UI in the same browser shows plain text. Without scripts. */

import express, {
  Router,
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
} from "express";
import { ApiError, API_ERRORS } from "../api-error.ts";
import { assertScope } from "../authenticate.ts";
import type { Caller } from "../caller.ts";
import type { CheckKey } from "../check-key.ts";
import { exchangeOf } from "../exchange.ts";
import { isOwnPage } from "./codec-origins.ts";
import { showCodecPage, type CodecView } from "./codec-view.ts";
import type { Sessions } from "./sessions.ts";

export interface CodecPageOptions {
  readonly sessions: Sessions;
  readonly check: CheckKey;
  /** Where no keys are asked for, there is nothing to do. */
  readonly asksForKeys: boolean;
}

const MAX_FORM_BYTES = 8_192;

/** Paths are relative, so that the page also works behind a proxy that adds a prefix. */
export function codecPage(options: CodecPageOptions): Router {
  const { sessions } = options;
  const router = Router({ strict: true });
  const form = express.urlencoded({ extended: false, limit: MAX_FORM_BYTES });
  router.get("/codec", showPage(options));
  router.post("/codec/sign-in", requireOwnPage, form, signIn(options));
  router.post("/codec/sign-out", requireOwnPage, (request, response) => {
    response.set("Set-Cookie", sessions.end(request));
    response.redirect(303, "../codec");
  });
  router.use(["/codec/sign-in", "/codec/sign-out"], tellPerson);
  return router;
}

function showPage(options: CodecPageOptions): RequestHandler {
  return async (request, response) => {
    send(response, 200, await viewOf(options, request, response));
  };
}

async function viewOf(
  { sessions, check, asksForKeys }: CodecPageOptions,
  request: Request,
  response: Response,
): Promise<CodecView> {
  if (!asksForKeys) return { state: "open" };
  const session = sessions.read(request);
  if (session === undefined) return { state: "out" };
  try {
    const { id } = mayDecode(await check(session.key, request, response));
    return { state: "in", id, until: session.until };
  } catch (error) {
    if (error instanceof ApiError) return { state: "out", problem: error.message };
    throw error;
  }
}

function signIn(options: CodecPageOptions): RequestHandler {
  return async (request, response) => {
    response.set("Set-Cookie", await beginSession(options, request, response));
    response.redirect(303, "../codec");
  };
}

/** The header that begins it. */
async function beginSession(
  { sessions, check }: CodecPageOptions,
  request: Request,
  response: Response,
): Promise<string> {
  const given: unknown = Reflect.get(Object(request.body), "key");
  const key = typeof given === "string" ? given.trim() : "";
  if (key === "") throw new ApiError("API_INVALID_INPUT", "There is no key. Give one.");
  const caller = await check(key, request, response);
  // For the log: who has begun one, or tried to.
  exchangeOf(response).caller = caller;
  mayDecode(caller);
  const cookie = sessions.begin(key, request);
  if (cookie !== undefined) return cookie;
  throw new ApiError(
    "API_INVALID_INPUT",
    "The key is too long for a cookie. Let the UI pass it on instead.",
  );
}

function mayDecode(caller: Caller): Caller {
  assertScope(caller, "payloads");
  return caller;
}

/** Else a page elsewhere could put the browser under another's key, or out of its session. */
const requireOwnPage: RequestHandler = (request, _response, next) => {
  if (isOwnPage(request)) return next();
  throw new ApiError("API_FORBIDDEN", "This form was sent by another page. Open /codec yourself.");
};

/** A person has sent the form: they get the page again, with what is wrong. */
const tellPerson: ErrorRequestHandler = (error, _request, response, next) => {
  if (!(error instanceof ApiError)) return next(error);
  exchangeOf(response).code = error.code;
  response.set(error.headers);
  send(response, API_ERRORS[error.code].status, { state: "out", problem: error.message });
};

function send(response: Response, status: number, view: CodecView): void {
  response
    .status(status)
    // With "no-referrer" the browser would send the form with the origin "null".
    .set({ "Cache-Control": "no-store", "Referrer-Policy": "same-origin" })
    .type("html")
    .send(showCodecPage(view));
}
