/** `GET /metrics` and `GET /healthz` of a worker, which has no API beside it. */

import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { SetupError } from "../setup-error.ts";
import { processMetrics } from "./process-metrics.ts";
import type { Closable } from "./shared-part.ts";

export interface MetricsServer extends Closable {
  /** Such as `http://127.0.0.1:9464/metrics`. */
  readonly url: string;
}

/** @throws {SetupError} PORT_IN_USE */
export async function serveMetrics({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<MetricsServer> {
  const server = createServer(answer);
  server.listen(port, host);
  await once(server, "listening").catch((cause: unknown) => {
    throw new SetupError(
      "PORT_IN_USE",
      `The metrics cannot be served at ${host}, port "${port}". Stop what uses it, or set SIGNALBOX_METRICS_PORT to another port.`,
      { cause },
    );
  });
  // Whoever scrapes keeps no process alive.
  server.unref();
  const opened = server.address();
  const at = typeof opened === "object" && opened !== null ? opened.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${at}/metrics`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const answer: RequestListener = (request, response) => {
  const { method, url = "" } = request;
  request.resume();
  const [, page] = /^\/(metrics|healthz)(?:\?|$)/.exec(url) ?? [];
  if (page === undefined) return void response.writeHead(404).end();
  if (method !== "GET" && method !== "HEAD") {
    return void response.writeHead(405, { Allow: "GET, HEAD" }).end();
  }
  // Whoever asks whether the process is well, asks often: it need not write all its metrics for that.
  if (page === "healthz") return void response.writeHead(200).end();
  const metrics = processMetrics();
  metrics.write().then(
    (text) => response.writeHead(200, { "Content-Type": metrics.contentType }).end(text),
    () => response.writeHead(500).end(),
  );
};
