/** The HTTP server under the app: how long it waits, how many it lets in, and how it stops. */

import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from "node:http";
import type { Logger } from "pino";
import { refuse, type OpenRequest } from "./refuse-request.ts";

/** What a client may take of the server's time and memory. */
export interface ServerLimits {
  /** For the headers of a request, from its first byte, and for that from the connection. Default: 10 seconds. */
  readonly headersTimeoutMs?: number;
  /** For the whole request with its body. Default: 30 seconds. */
  readonly requestTimeoutMs?: number;
  /** Connections at once; more are closed. Default: 10,000. */
  readonly maxConnections?: number;
  /** For open requests to finish when the server stops; then they are cut off. Default: 10 seconds. */
  readonly stopTimeoutMs?: number;
}

export interface HttpServer {
  readonly server: Server;
  /** Finishes open requests, then closes. */
  readonly stop: () => Promise<void>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const MAX_HEADER_BYTES = 16_384;
const MAX_CHECK_INTERVAL_MS = 1_000;

/** Makes a server that does not listen yet. `app` answers each request. */
export function createHttpServer(
  app: Listener,
  limits: ServerLimits,
  logger: Logger | undefined,
): HttpServer {
  const { maxConnections = 10_000, stopTimeoutMs = 10_000 } = limits;
  const server = createServer(timeoutsOf(limits));
  server.maxConnections = maxConnections;
  const open = new Set<OpenRequest>();
  let isStopping = false;
  const serve: Listener = (request, response) => {
    const exchange = { request, response };
    open.add(exchange);
    if (isStopping) response.setHeader("Connection", "close");
    response.once("close", () => {
      // An answer may be over before the body it refused has all come.
      if (request.complete || request.destroyed) open.delete(exchange);
      else request.once("close", () => open.delete(exchange));
      // A kept-alive connection would hold `stop` up for seconds after its last answer.
      if (isStopping) server.closeIdleConnections();
    });
    app(request, response);
  };
  server.on("request", serve);
  // Whoever reads the body says that it may come, after the headers have been found good.
  server.on("checkContinue", serve);
  server.on("checkExpectation", serve);
  server.on("clientError", (error, socket) => refuse(error, socket, open, logger));
  const stop = (): Promise<void> => {
    isStopping = true;
    announceClose(open);
    return close(server, stopTimeoutMs);
  };
  return { server, stop };
}

function timeoutsOf({
  headersTimeoutMs = 10_000,
  requestTimeoutMs = 30_000,
}: ServerLimits): ServerOptions {
  return {
    // Node refuses a longer time for a part than for the whole.
    headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.min(MAX_CHECK_INTERVAL_MS, headersTimeoutMs / 2),
    maxHeaderSize: MAX_HEADER_BYTES,
    // The app says it, as a problem.
    requireHostHeader: false,
  };
}

function announceClose(open: Iterable<OpenRequest>): void {
  for (const { response } of open) {
    if (!response.headersSent) response.setHeader("Connection", "close");
  }
}

async function close(server: Server, timeoutMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), timeoutMs);
  try {
    await new Promise<void>((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
    });
  } finally {
    clearTimeout(cut);
  }
}
