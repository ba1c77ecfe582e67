/** Reads the JSON of a request's body, and says what is wrong with one that cannot be read. */

import express, { type RequestHandler } from "express";
import { ApiError } from "./api-error.ts";

const MAX_BODY_BYTES = 1_048_576;

/** Leaves any JSON value in `request.body`: the route's schema decides, not the parser. */
export function jsonBody(): readonly RequestHandler[] {
  return [requireJson, express.json({ limit: MAX_BODY_BYTES, strict: false })];
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (request.is("application/json")) return next();
  throw new ApiError(
    "API_UNSUPPORTED_TYPE",
    `Send the body as JSON, with the header "Content-Type: application/json".`,
  );
};

/** What Express's body parser throws: `http-errors`, most with a `type`. Its message may quote the body. */
export function readBodyError(cause: unknown): ApiError | undefined {
  const fact = (name: string): unknown => (cause instanceof Error ? Reflect.get(cause, name) : 0);
  switch (fact("type")) {
    case "entity.too.large":
      return new ApiError("API_BODY_TOO_LARGE", "The body is larger than 1 MiB. Send less.", {
        cause,
      });
    case "entity.parse.failed":
    case "request.size.invalid":
    case "request.aborted":
      return new ApiError(
        "API_INVALID_JSON",
        "The body is not JSON. Check quotes, commas and brackets.",
        { cause },
      );
    case "encoding.unsupported":
    case "charset.unsupported":
      return new ApiError(
        "API_UNSUPPORTED_TYPE",
        "Send the body as UTF-8, uncompressed or with gzip.",
        { cause },
      );
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
