/** A redis-server of the chaos' own, that can be stopped and started again. It keeps nothing. */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { freePort } from "../bench/load/free-port.ts";

export interface RedisProcess {
  readonly port: number;
  /** Ends it at once. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** `undefined`: redis-server is not installed. */
export async function startRedisProcess(folder: string): Promise<RedisProcess | undefined> {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const port = await freePort();
  let child: ChildProcess | undefined;
  const redis: RedisProcess = {
    port,
    async stop() {
      const stopped = child;
      child = undefined;
      if (stopped === undefined || stopped.exitCode !== null) return;
      const gone = once(stopped, "exit");
      stopped.kill("SIGKILL");
      await gone;
    },
    async start() {
      const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
      child = spawn("redis-server", [...place, "--save", "", "--appendonly", "no"]);
      await untilReady(child);
    },
  };
  process.once("exit", () => child?.kill("SIGKILL"));
  await redis.start();
  return redis;
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
  throw new Error("redis-server did not start");
}
