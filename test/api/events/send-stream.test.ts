/** Streams over real sockets, of runs that a test makes. */

import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { EventHub } from "../../../api/events/event-hub.ts";
import { sendStream, type StreamTimes } from "../../../api/events/send-stream.ts";
import { FakeRun } from "../../harness/fake-run.ts";

const MIB = 1_024 ** 2;

interface Streaming {
  readonly port: number;
  readonly hub: EventHub;
  readonly run: FakeRun;
  /** In the order in which they were asked for. */
  readonly responses: readonly ServerResponse[];
}

/** A server that answers everything with the events of one run. */
async function withStreams<T>(
  times: StreamTimes,
  body: (streaming: Streaming) => Promise<T>,
): Promise<T> {
  const run = new FakeRun();
  const hub = new EventHub(run);
  const responses: ServerResponse[] = [];
  const server = createServer((_request, response) => {
    responses.push(response);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const texts = hub.watch({ run: "run", after: undefined, signal: gone.signal });
    void sendStream(response, texts, times);
  });
  const port = await listen(server);
  try {
    return await body({ port, hub, run, responses });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It listens on a port.
  return (server.address() as AddressInfo).port;
}

/** Asks, and reads nothing until it is told to. */
async function askWithoutReading(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.pause();
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  return socket;
}

async function untilTrue(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await delay(5);
}

async function readAll(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
}

describe("a stream", () => {
  it("says when to come again, then sends each event with its id, type and JSON", async () => {
    await withStreams({}, async ({ port, run }) => {
      run.end();

      expect(await readAll(port)).toBe(
        'retry: 2000\n\nid: 1\nevent: step.started\ndata: {"id":"1","at":"2026-01-01T00:00:00.000Z","type":"step.started","step":"1","kind":"tool"}\n\n',
      );
    });
  });

  it("has heartbeats while nothing happens", async () => {
    await withStreams({ heartbeatMs: 10 }, async ({ port, run }) => {
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      const reader = (answer.body ?? new ReadableStream())
        .pipeThrough(new TextDecoderStream())
        .getReader();
      let text = "";
      while (text.split(":\n\n").length < 4) text += (await reader.read()).value ?? "";
      run.end();
      while (!text.includes("id: 1")) text += (await reader.read()).value ?? "";

      expect(text).toMatch(/^retry: 2000\n\n(?::\n\n){3,}id: 1\n/);
    });
  });

  it("holds next to nothing for clients that do not read, while others get all", async () => {
    await withStreams({ heartbeatMs: 5 }, async ({ port, run, responses }) => {
      run.add(1);
      const slow = await Promise.all(Array.from({ length: 20 }, () => askWithoutReading(port)));
      await untilTrue(() => responses.length === 20);
      const before = heapOf();
      const text = readAll(port);

      // 100 MiB for each of them.
      for (let part = 0; part < 100; part++) {
        run.add(1_024, "x".repeat(900));
        await delay(0);
      }
      run.end();
      const { length } = await text;

      // What the run itself holds is the test's.
      const held = responses.slice(0, 20).map((response) => response.writableLength);
      expect(length).toBeGreaterThan(90 * MIB);
      expect(Math.max(...held)).toBeLessThan(MIB);
      expect(held.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(0);
      expect(heapOf() - before).toBeLessThan(250 * MIB);
      for (const socket of slow) socket.destroy();
    });
  });

  it("lets a slow client have everything in the end", async () => {
    await withStreams({}, async ({ port, run, responses }) => {
      const socket = await askWithoutReading(port);
      await untilTrue(() => responses.length === 1);
      for (let part = 0; part < 20; part++) {
        run.add(1_024, "x".repeat(900));
        await delay(0);
      }
      run.end();
      let text = "";
      socket.setEncoding("latin1").on("data", (data: string) => (text += data));
      socket.resume();
      await untilTrue(() => text.endsWith("0\r\n\r\n"));

      const ids = [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
      expect(ids).toEqual(Array.from({ length: 20 * 1_024 + 1 }, (_, index) => index + 1));
      socket.destroy();
    });
  });

  it("cuts a client off that takes nothing for too long", async () => {
    await withStreams({ stallMs: 100 }, async ({ port, run, hub, responses }) => {
      const socket = await askWithoutReading(port);
      await untilTrue(() => responses.length === 1);

      run.add(50_000, "x".repeat(900));
      await untilTrue(() => responses[0]?.destroyed === true);

      await untilTrue(() => hub.runs === 0);
      expect(run.following).toBe(0);
      socket.destroy();
    });
  });

  it("leaves no reader and no listener behind when clients hang up", async () => {
    await withStreams({}, async ({ port, run, hub }) => {
      run.add(10);
      for (let round = 0; round < 20; round++) {
        const hangUps = Array.from({ length: 10 }, () => new AbortController());
        const answers = await Promise.all(
          hangUps.map(({ signal }) => fetch(`http://127.0.0.1:${port}/`, { signal })),
        );
        expect(answers.every(({ status }) => status === 200)).toBe(true);
        for (const hangUp of hangUps) hangUp.abort();
      }

      await untilTrue(() => hub.runs === 0);
      expect(run.following).toBe(0);
    });
  });
});

function heapOf(): number {
  return process.memoryUsage().heapUsed;
}
