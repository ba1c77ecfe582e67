/** Listens with the app, and stops without cutting requests off. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./app.ts";

export interface ApiOptions extends AppOptions {
  /** Default: `"127.0.0.1"`, this machine only: there are no keys yet. */
  readonly host?: string;
  /** 0 takes a free one. Default: 8080. */
  readonly port?: number;
}

export interface Api {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Finishes open requests, then closes. Can be called again. */
  stop(): Promise<void>;
}

/** Starts the API. Rejects with Node's own error when the port cannot be opened. */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { host = "127.0.0.1", port = 8080 } = options;
  const server = createServer(createApp(options)).listen(port, host);
  server.on("request", (_request, response) => {
    // A kept-alive connection would hold `stop` up for seconds after its last answer.
    response.once("close", () => {
      if (!server.listening) server.closeIdleConnections();
    });
  });
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
  const { port: opened } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${host}:${opened}`,
    stop: () => (stopping ??= close(server)),
  };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}
