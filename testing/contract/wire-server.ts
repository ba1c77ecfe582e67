/** The HTTP server behind the contract kit: answers what it is told to, on 127.0.0.1, and knows its open sockets. */

import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { WireAnswer, WireRequest } from "../vendor-fake.ts";

/** An answer, and what becomes of the connection after the last chunk of it. */
export interface ServedAnswer extends WireAnswer {
  /** `"end"`, the default: a complete answer. `"reset"`: the socket is destroyed. `"hang"`: nothing more comes. */
  readonly ending?: "end" | "reset" | "hang";
}

/** Nothing at all, not even a status. */
export type NoAnswer = { readonly silent: "reset" | "hang" };

export interface WireServer {
  /** Such as `"http://127.0.0.1:41234"`. */
  readonly origin: string;
  /** In the order of their arrival. */
  readonly requests: readonly ReceivedRequest[];
  /** The first request that arrives, or the first that did. */
  firstRequest(): Promise<ReceivedRequest>;
  /** Resolves when no socket is open. */
  allSocketsClosed(): Promise<void>;
  /** Closes the server and every socket. */
  stop(): Promise<void>;
}

export interface ReceivedRequest extends WireRequest {
  /** Resolves when the client closes the connection before the answer is complete. */
  readonly disconnected: Promise<void>;
}

/** Starts a server on a free port. */
export async function startWireServer(
  answer: (request: WireRequest) => ServedAnswer | NoAnswer,
): Promise<WireServer> {
  const requests: ReceivedRequest[] = [];
  const arrivals = new EventEmitter();
  const server = createServer((incoming, response) => {
    receive(incoming, response).then(
      (request) => {
        requests.push(request);
        send(answer(request), response);
        arrivals.emit("request");
      },
      () => response.destroy(),
    );
  });
  const sockets = trackSockets(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A server on a port has no other kind of address.
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    async firstRequest() {
      while (requests[0] === undefined) await once(arrivals, "request");
      return requests[0];
    },
    async allSocketsClosed() {
      await Promise.all([...sockets].map(closing));
    },
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** A base URL on which nobody listens. */
export async function refusingOrigin(): Promise<string> {
  const server = await startWireServer(() => ({ silent: "hang" }));
  await server.stop();
  return server.origin;
}

function trackSockets(server: Server): ReadonlySet<Socket> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  return sockets;
}

async function closing(socket: Socket): Promise<void> {
  if (!socket.destroyed) await once(socket, "close");
}

async function receive(
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<ReceivedRequest> {
  const disconnected = new Promise<void>((resolve) => {
    response.once("close", () => {
      if (!response.writableFinished) resolve();
    });
  });
  const headers = Object.entries(incoming.headersDistinct).map(([name, values = []]) => [
    name,
    values.join(", "),
  ]);
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    headers: Object.fromEntries(headers),
    body: parseBody(await text(incoming)),
    disconnected,
  };
}

function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function send(answer: ServedAnswer | NoAnswer, response: ServerResponse): void {
  if ("silent" in answer) {
    if (answer.silent === "reset") response.destroy();
    return;
  }
  const { status = 200, headers, body, ending = "end" } = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.flushHeaders();
  writeChunks(typeof body === "string" ? [body] : body, response, () => {
    if (ending === "end") response.end();
    else if (ending === "reset") response.destroy();
  });
}

/** One after the other, so that each is on its way before the next: a client sees a stream, not one block. */
function writeChunks(
  [chunk, ...rest]: readonly (string | Uint8Array)[],
  response: ServerResponse,
  done: () => void,
): void {
  if (chunk === undefined) {
    // A chunk may still be on its way to the kernel, which a reset would overtake.
    setImmediate(done);
    return;
  }
  response.write(chunk, () => setImmediate(() => writeChunks(rest, response, done)));
}
