/** A collector that takes OTLP over HTTP, in JSON, and keeps what it was sent. */

import { json } from "node:stream/consumers";
import type { IncomingHttpHeaders } from "node:http";
import { startScriptedServer } from "./scripted-server.ts";

export interface FakeCollector {
  readonly url: string;
  readonly requests: readonly string[];
  readonly bodies: unknown[];
  readonly headers: IncomingHttpHeaders[];
  /** What it answers. */
  status: number;
  answer: object;
  stop(): Promise<void>;
}

export async function startFakeCollector(): Promise<FakeCollector> {
  const server = await startScriptedServer((request, response) => {
    void json(request).then((body) => {
      collector.headers.push(request.headers);
      if (collector.status === 200) collector.bodies.push(body);
      response.writeHead(collector.status, { "content-type": "application/json" });
      response.end(JSON.stringify(collector.answer));
    });
  });
  const collector: FakeCollector = {
    url: server.url,
    requests: server.requests,
    bodies: [],
    headers: [],
    status: 200,
    answer: {},
    stop: () => server.stop(),
  };
  return collector;
}
