/** How the API stops: open requests are finished, streams end, and what hangs is cut off. Without Temporal. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import express from "express";
import { answerBy } from "../../api/answer.ts";
import { createHttpServer, type ServerLimits } from "../../api/http-server.ts";
import { trackStreams, type OpenStreams } from "../../api/open-streams.ts";
import { giveRequestId } from "../../api/request-id.ts";
import { defineRoute } from "../../api/route.ts";
import type { Api } from "../../api/start-api.ts";
import { deferred, type Deferred } from "../harness/deferred.ts";
import { allFrom, dial, untilReceived } from "../harness/raw-http.ts";

interface World {
  readonly api: Api;
  readonly streams: OpenStreams;
  /** Resolved when `/slow` has been asked. */
  readonly asked: Deferred;
  /** Lets `/slow` answer. */
  readonly gate: Deferred;
}

/** A server with a route that waits and one that streams, put together as the app's are. */
async function openWorld(limits: ServerLimits = {}): Promise<World> {
  const [asked, gate, stopping] = [deferred(), deferred(), new AbortController()];
  const streams = trackStreams(stopping.signal);
  const facts = { operationId: "x", summary: "x", access: "open", answers: {} } as const;
  const slow = defineRoute({
    ...facts,
    method: "get",
    path: "/slow",
    async handle() {
      asked.resolve();
      await gate.promise;
      return { status: 200, json: { done: true } };
    },
  });
  const stream = defineRoute({
    ...facts,
    method: "get",
    path: "/stream",
    handle: ({ hungUp }) => ({
      status: 200,
      async write(response) {
        response.write("first\n");
        if (!hungUp.aborted) await once(hungUp, "abort");
        response.write("last\n");
      },
    }),
  });
  const app = express().use(giveRequestId);
  for (const route of [slow, stream]) app.get(route.path, answerBy(route, streams));
  const { server, stop } = createHttpServer(app, limits, undefined);
  await once(server.listen(0, "127.0.0.1"), "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
  const { port } = server.address() as AddressInfo;
  const api: Api = {
    url: `http://127.0.0.1:${port}`,
    stop() {
      stopping.abort();
      return stop();
    },
  };
  return { api, streams, asked, gate };
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`;
}

describe("stop", () => {
  it("finishes an open request, and tells its client that the connection ends", async () => {
    const { api, asked, gate } = await openWorld();
    const socket = await dial(api);
    socket.write(get("/slow"));
    await asked.promise;

    const answer = allFrom(socket);
    const stopped = api.stop();
    gate.resolve();

    expect(await answer).toMatch(
      /^HTTP\/1\.1 200 OK\r\n[^]*Connection: close\r\n[^]*\{"done":true\}$/,
    );
    await stopped;
  });

  it("closes idle connections at once", async () => {
    const { api } = await openWorld();
    const socket = await dial(api);
    socket.write(get("/nothing"));
    await once(socket, "readable");

    const rest = allFrom(socket);
    await api.stop();

    expect(await rest).toContain("Connection: keep-alive");
  });

  it("ends event streams at once, in good order", async () => {
    const { api, streams } = await openWorld();
    const socket = await dial(api);
    socket.write(get("/stream"));
    await untilReceived(socket, "first\n");
    const before = streams.count();

    const rest = allFrom(socket);
    await api.stop();

    expect(before).toBe(1);
    expect(await rest).toMatch(/last\n\r\n0\r\n\r\n$/);
    expect(streams.count()).toBe(0);
  });

  it("cuts off what does not end in time", async () => {
    const { api, asked } = await openWorld({ stopTimeoutMs: 50 });
    const socket = await dial(api);
    socket.write(get("/slow"));
    await asked.promise;

    const answer = allFrom(socket);
    await api.stop();

    expect(await answer).toBe("");
  });

  it("takes no new connections", async () => {
    const { api } = await openWorld();

    await api.stop();

    await expect(fetch(`${api.url}/slow`)).rejects.toMatchObject({
      cause: { code: "ECONNREFUSED" },
    });
  });

  it("ends a stream whose client has gone", async () => {
    const { api, streams } = await openWorld();
    const socket = await dial(api);
    socket.write(get("/stream"));
    await untilReceived(socket, "first\n");

    socket.resetAndDestroy();
    await api.stop();

    expect(streams.count()).toBe(0);
  });
});
