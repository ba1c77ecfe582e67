/**
 * A server of `bench/rest.ts`, in a process of its own: our API, or Express with the one route that is compared. Prints its
 * address; ends when its standard input does.
 */

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { startApi } from "signalbox/api";
import { SignalboxClient } from "signalbox/client";
import { openTemporal } from "signalbox/worker";
import { support } from "../examples/support/graphs.ts";

const [what, taskQueue] = process.argv.slice(2);

console.log(what === "api" ? await listenWithApi() : await listenWithExpress());
process.stdin.resume().once("end", () => process.exit());

async function listenWithApi(): Promise<string> {
  const temporal = await openTemporal();
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue });
  const graphs = new Map([[support.id, support]]);
  return (await startApi({ client, graphs, port: 0, onNotice: () => undefined })).url;
}

async function listenWithExpress(): Promise<string> {
  const app = express();
  app.get("/healthz", (_request, response) => void response.json({ status: "ok" }));
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
