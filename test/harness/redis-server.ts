/** A Redis server for one file of tests, on a free port, that keeps nothing unless it is told to. */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/load/free-port.ts";
import { describeWhere } from "./describe-where.ts";

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Starts it again on the same port, after `stop` or `crash`. */
  start(): Promise<void>;
  /** Ends it at once. What it has written down is there when it starts again. */
  crash(): Promise<void>;
  /** The same, and removes what it has written down. */
  stop(): Promise<void>;
}

const isInstalled = spawnSync("redis-server", ["--version"]).status === 0;

/** `describe`, or a note that the tests are left out. */
export const describeWithRedis = describeWhere(isInstalled, "redis-server");

/** Stop it when the tests are done. */
export async function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  if (!isInstalled) throw new Error("redis-server is not installed: apt-get install redis-server");
  const port = await freePort();
  let running: ChildProcess | undefined;
  let folder: string | undefined;
  const server: RedisServer = {
    port,
    url: `redis://127.0.0.1:${port}`,
    async start() {
      folder ??= mkdtempSync(join(tmpdir(), "signalbox-redis-"));
      const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
      const keepNothing = ["--save", "", "--appendonly", "no"];
      running = spawn("redis-server", [...place, ...keepNothing, ...settings]);
      await untilReady(running);
    },
    async crash() {
      if (running === undefined) return;
      const ended = once(running, "exit");
      running.kill("SIGKILL");
      running = undefined;
      await ended;
    },
    async stop() {
      await server.crash();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
  await server.start();
  return server;
}

async function untilReady({ stdout }: ChildProcess): Promise<void> {
  let said = "";
  for await (const chunk of stdout!.setEncoding("utf8").iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    if (!said.includes("Ready to accept connections")) continue;
    // Read on, or a full pipe would stop it.
    stdout!.resume();
    return;
  }
  throw new Error(`redis-server did not start: ${said}`);
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on no port");
  return address.port;
}

/** A way to a server that holds back what the server says. */
export interface SlowProxy {
  readonly url: string;
  /** From now on. `Infinity`: nothing comes any more, though the connection stays. */
  delay(durationMs: number): void;
  /** Nothing comes any more over the connections that there are; new ones work. */
  silence(): void;
  close(): Promise<void>;
}

export async function startSlowProxy(port: number): Promise<SlowProxy> {
  let delayMs = 0;
  const links = new Set<{ isSilent: boolean; end(): void }>();
  const server = createServer((near) => {
    const far = createConnection(port, "127.0.0.1");
    const link = { isSilent: false, end: () => void (near.destroy(), far.destroy()) };
    links.add(link);
    near
      .on("data", (chunk) => far.write(chunk))
      .on("error", link.end)
      .on("close", link.end);
    far.on("error", link.end).on("close", link.end);
    far.on("data", (chunk) => {
      if (link.isSilent || delayMs === Infinity) return;
      if (delayMs === 0) near.write(chunk);
      else setTimeout(() => near.write(chunk), delayMs).unref();
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `redis://127.0.0.1:${portOf(server)}`,
    delay: (durationMs) => void (delayMs = durationMs),
    silence() {
      for (const link of links) link.isSilent = true;
    },
    async close() {
      for (const link of links) link.end();
      server.close();
      await once(server, "close");
    },
  };
}
