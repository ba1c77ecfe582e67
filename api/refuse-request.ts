/** Answers what never becomes a request for the app: too slow, too large, or no HTTP. */

import { randomUUID } from "node:crypto";
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { API_ERRORS, ApiError, problemOf, type ApiErrorCode } from "./api-error.ts";

/** A request that is being answered. */
export interface OpenRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** After the answer the rest of what comes is read for this long: a reset could overtake the answer. */
const LINGER_MS = 500;

const refused = new WeakSet<Duplex>();

/** Answers what Node's parser failed with, and ends the connection. `open`: all requests that are being answered. */
export function refuse(
  error: Error,
  socket: Duplex,
  open: Iterable<OpenRequest>,
  logger: Logger | undefined,
): void {
  // What still comes fails to be read again and again.
  if (refused.has(socket)) return;
  refused.add(socket);
  if (!socket.writable || isAnswering(socket, open) || codeOf(error) === "ECONNRESET") {
    socket.destroy();
    return;
  }
  socket.end(formatAnswer(readParserError(error), logger));
  const cut = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(cut));
  socket.resume();
}

/** An answer of ours would be taken for a part of the one under way, or for that of the request before. */
function isAnswering(socket: Duplex, open: Iterable<OpenRequest>): boolean {
  return [...open].some(
    ({ request, response }) =>
      request.socket === socket && (response.headersSent || request.complete),
  );
}

const CODES: Readonly<Record<string, ApiErrorCode>> = {
  HPE_HEADER_OVERFLOW: "API_HEADERS_TOO_LARGE",
  HPE_CHUNK_EXTENSIONS_OVERFLOW: "API_BODY_TOO_LARGE",
  ERR_HTTP_REQUEST_TIMEOUT: "API_REQUEST_TIMEOUT",
};

const DETAILS: Readonly<Partial<Record<ApiErrorCode, string>>> = {
  API_HEADERS_TOO_LARGE: "Path and headers are larger than 16 KiB together. Send less in them.",
  API_BODY_TOO_LARGE: "The extensions of the body's chunks are too large. Send none.",
  API_REQUEST_TIMEOUT: "The request did not come in time. Send it at once, with its whole body.",
};

function readParserError(cause: Error): ApiError {
  const code = CODES[codeOf(cause)] ?? "API_MALFORMED_REQUEST";
  const detail = DETAILS[code] ?? "What was sent is no HTTP/1.1 request. Use an HTTP client.";
  return new ApiError(code, detail, { cause });
}

function codeOf(error: Error): string {
  return String(Reflect.get(error, "code"));
}

function formatAnswer(problem: ApiError, logger: Logger | undefined): string {
  const requestId = randomUUID();
  const { code } = problem;
  const { status } = API_ERRORS[code];
  logger?.info({ requestId, status, code }, "refused");
  const body = JSON.stringify(problemOf(problem, `urn:uuid:${requestId}`));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}
