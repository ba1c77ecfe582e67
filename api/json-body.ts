/** Reads the JSON of a request's body, and says what is wrong with one that cannot be read. */

import express, { type RequestHandler } from "express";
import { ApiError } from "./api-error.ts";
import type { Route } from "./route.ts";
import { parseStrictJson } from "./strict-json.ts";

/** What a route that takes a body may refuse for it. */
export const BODY_REFUSALS = [
  "API_INVALID_JSON",
  "API_BODY_TOO_LARGE",
  "API_UNSUPPORTED_TYPE",
  "API_INVALID_INPUT",
] as const;

const MIB = 1_048_576;
const MAX_BODY_BYTES = MIB;

/** Leaves any JSON value in `request.body`: the route's schema decides, not the parser. */
export function jsonBody({ maxBodyBytes = MAX_BODY_BYTES }: Route): readonly RequestHandler[] {
  return [
    requireJson,
    requireSmallBody(maxBodyBytes),
    askForBody,
    express.raw({ limit: maxBodyBytes, type: () => true }),
    parseBody,
  ];
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is("application/json") && isUtf8(request.get("Content-Type"))) return next();
  throw new ApiError(
    "API_UNSUPPORTED_TYPE",
    `Send the body as JSON in UTF-8, with the header "Content-Type: application/json".`,
  );
};

function isUtf8(contentType = ""): boolean {
  const [, charset = "utf-8"] = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(contentType) ?? [];
  return /^utf-?8$/i.test(charset);
}

/** By what it says of itself: then it need not come at all. */
function requireSmallBody(limit: number): RequestHandler {
  return (request, _response, next) => {
    if (Number(request.get("Content-Length") ?? 0) <= limit) return next();
    throw tooLarge(limit);
  };
}

/** A client that sent `Expect: 100-continue` waits for this, or sends nothing. */
const askForBody: RequestHandler = (request, response, next) => {
  if (/^100-continue$/i.test(request.get("Expect") ?? "")) response.writeContinue();
  next();
};

const parseBody: RequestHandler = (request, _response, next) => {
  const bytes: unknown = request.body;
  request.body = parseStrictJson(bytes instanceof Uint8Array ? bytes : new Uint8Array());
  next();
};

/** What Express's body parser throws: `http-errors`, most with a `type`. Its message may quote the body. */
export function readBodyError(cause: unknown): ApiError | undefined {
  const fact = (name: string): unknown => (cause instanceof Error ? Reflect.get(cause, name) : 0);
  switch (fact("type")) {
    case "entity.too.large":
      return tooLarge(Number(fact("limit")), cause);
    case "request.size.invalid":
    case "request.aborted":
      return new ApiError("API_INVALID_JSON", "The body was cut off. Send all of it.", { cause });
    case "encoding.unsupported":
      return new ApiError("API_UNSUPPORTED_TYPE", "Send the body uncompressed or with gzip.", {
        cause,
      });
    case undefined:
      // A body that cannot be decompressed: zlib's error, to which the parser adds no more than the status.
      if (fact("status") !== 400) return undefined;
      return new ApiError(
        "API_INVALID_JSON",
        `The body is not compressed as "Content-Encoding" says. Send it uncompressed.`,
        { cause },
      );
    default:
      return undefined;
  }
}

function tooLarge(limit: number, cause?: unknown): ApiError {
  const most = limit < MIB ? `${limit} bytes` : `${limit / MIB} MiB`;
  return new ApiError("API_BODY_TOO_LARGE", `The body is larger than ${most}. Send less.`, {
    cause,
  });
}
