/** An HTTP server for one test: answers by a function, and counts connections and requests. */

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, type ServerOptions } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";

export interface ScriptedServer {
  /** Without a slash at its end. */
  readonly url: string;
  readonly requests: readonly string[];
  /** Connections that were opened so far. */
  connections(): number;
  stop(): Promise<void>;
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Starts a server on a free port of 127.0.0.1; with a certificate it speaks HTTPS. */
export async function startScriptedServer(
  answer: Answer,
  secure?: ServerOptions,
): Promise<ScriptedServer> {
  const requests: string[] = [];
  let connections = 0;
  const handle: Answer = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    answer(request, response);
  };
  const server = secure === undefined ? createServer(handle) : createSecureServer(secure, handle);
  server.on("connection", () => (connections += 1));
  const port = await listenOnFreePort(server);
  return {
    url: `${secure === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    stop: () => stopServer(server),
  };
}

/** Starts to listen, and gives the port. */
export async function listenOnFreePort(server: NetServer): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A server on a port has no other kind of address.
  return (server.address() as AddressInfo).port;
}

/** A port of 127.0.0.1 on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  const port = await listenOnFreePort(server);
  await stopServer(server);
  return port;
}

async function stopServer(server: Pick<Server, "close" | "closeAllConnections">): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
