/** A Temporal server of the chaos' own, on a database file, that can be killed and started again. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Connection } from "@temporalio/client";
import { TestWorkflowEnvironment } from "@temporalio/testing";
import { startWithTemporalBinary } from "../worker/temporal-binary.ts";
import { freePort } from "../bench/load/free-port.ts";

export interface TemporalServer {
  readonly port: number;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** Starts it again on its database file. Resolves when it answers. */
  start(): Promise<void>;
}

/** @param folder - for the database file. */
export async function startTemporalServer(folder: string): Promise<TemporalServer> {
  const binary = await findBinary();
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server: TemporalServer = {
    port,
    async kill() {
      const killed = child;
      child = undefined;
      if (killed === undefined || killed.exitCode !== null) return;
      const gone = once(killed, "exit");
      killed.kill("SIGKILL");
      await gone;
    },
    async start() {
      child = spawn(binary, argumentsFor(port, join(folder, "temporal.db")), { stdio: "ignore" });
      await untilReady(port, child);
    },
  };
  process.once("exit", () => child?.kill("SIGKILL"));
  await server.start();
  return server;
}

function argumentsFor(port: number, databaseFile: string): readonly string[] {
  const place = ["--ip", "127.0.0.1", "--port", String(port), "--db-filename", databaseFile];
  const quiet = ["--headless", "--log-level", "never"];
  // As worker/dev-server.ts has it.
  const setting = ["--dynamic-config-value", "system.enableActivityEagerExecution=true"];
  return ["server", "start-dev", ...place, ...quiet, ...setting];
}

/** What Signalbox itself would start: on the PATH, in its cache, downloaded or built. */
function findBinary(): Promise<string> {
  return startWithTemporalBinary(
    async (executable) => {
      if (executable.type === "existing-path") return executable.path;
      // The SDK downloads as it starts a server, and no sooner.
      const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
      await environment.teardown();
      const { downloadDir = "" } = executable;
      const found = (await readdir(downloadDir)).find((name) => name.startsWith("temporal-sdk"));
      if (found === undefined) throw new Error("the download is not where it was to be");
      return join(downloadDir, found);
    },
    { onProgress: (line) => process.stderr.write(`${line}\n`) },
  );
}

async function untilReady(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error("the Temporal server ended as it started");
    if (await answers(port)) return;
    await sleep(100);
  }
  throw new Error("the Temporal server does not answer");
}

async function answers(port: number): Promise<boolean> {
  try {
    const connection = await Connection.connect({
      address: `127.0.0.1:${port}`,
      connectTimeout: 1_000,
    });
    try {
      await connection.workflowService.describeNamespace({ namespace: "default" });
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}
