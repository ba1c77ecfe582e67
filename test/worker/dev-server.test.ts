/** Runs against real Temporal servers on free ports; on a machine that has none, the first start fetches one. */

import { defineSearchAttributeKey } from "@temporalio/common";
import { temporal } from "@temporalio/proto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDevServer } from "../../worker/dev-server.ts";
import { assertPortFree } from "../../worker/free-port.ts";

const graphKey = defineSearchAttributeKey("SignalboxGraph", "KEYWORD");

jest.setTimeout(10 * 60_000);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox dev-server-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe("startDevServer", () => {
  it("registers search attributes", async () => {
    const server = await startDevServer({ searchAttributes: [graphKey] });

    const { namespace, environment } = server;
    const listed = await environment.connection.operatorService.listSearchAttributes({ namespace });
    await server.stop();

    expect(namespace).toBe("default");
    expect(listed.customAttributes).toMatchObject({
      SignalboxGraph: temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    });
  });

  it("serves on the ports asked for and frees them when it stops", async () => {
    const [port, uiPort] = [await findFreePort(), await findFreePort()];

    const server = await startDevServer({ port, uiPort, searchAttributes: [] });
    const page = await fetch(server.uiUrl ?? "");
    await server.stop();

    expect(server.address).toBe(`127.0.0.1:${port}`);
    expect(server.uiUrl).toBe(`http://127.0.0.1:${uiPort}`);
    expect(page.status).toBe(200);
    await expect(assertPortFree(port, "a test", "SIGNALBOX_PORT")).resolves.toBeUndefined();
    await expect(assertPortFree(uiPort, "a test", "SIGNALBOX_PORT")).resolves.toBeUndefined();
  });

  it("has no UI and can be stopped twice when nothing else is asked", async () => {
    const server = await startDevServer({ searchAttributes: [] });

    const stops = [server.stop(), server.stop()];

    expect(server.uiUrl).toBeUndefined();
    await expect(Promise.all(stops)).resolves.toBeDefined();
  });

  it("keeps runs in the database file from one start to the next", async () => {
    const databaseFile = join(folder, "new folder", "temporal.db");
    const options = { databaseFile, searchAttributes: [graphKey] };
    const first = await startDevServer(options);
    await first.environment.client.workflow.start("waits", {
      workflowId: "kept",
      taskQueue: "nobody",
      args: [],
    });
    await first.stop();

    const second = await startDevServer(options);
    const description = await second.environment.client.workflow.getHandle("kept").describe();
    await second.stop();

    expect(description).toMatchObject({ type: "waits", status: { name: "RUNNING" } });
  });

  it("asks the server for eager activities, and says so when a server does not come up", async () => {
    const temporalCommand = join(folder, "temporal");
    await writeFile(temporalCommand, `#!/bin/sh\necho "$@" > "${folder}/arguments"\n`);
    await chmod(temporalCommand, 0o755);

    const start = startDevServer({ searchAttributes: [], env: { PATH: folder } });

    await expect(start).rejects.toMatchObject({ code: "TEMPORAL_START_FAILED" });
    const passed = await readFile(join(folder, "arguments"), "utf8");
    expect(passed).toContain("--dynamic-config-value system.enableActivityEagerExecution=true");
  });
});

describe("a port in use", () => {
  let occupant: Server;
  let takenPort: number;

  beforeEach(async () => {
    occupant = await listen();
    takenPort = portOf(occupant);
  });

  afterEach(async () => {
    await close(occupant);
  });

  it("keeps the server from starting, and the message names the ways out", async () => {
    const start = startDevServer({ port: takenPort, searchAttributes: [] });

    await expect(start).rejects.toMatchObject({
      name: "SetupError",
      code: "PORT_IN_USE",
      message: expect.stringMatching(
        new RegExp(
          `"${takenPort}".*Temporal server.*TEMPORAL_ADDRESS=127.0.0.1:${takenPort}.*SIGNALBOX_TEMPORAL_PORT`,
        ),
      ),
    });
  });

  it("is noticed for the UI before anything runs", async () => {
    const port = await findFreePort();

    const start = startDevServer({ port, uiPort: takenPort, searchAttributes: [] });

    await expect(start).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: expect.stringMatching(
        new RegExp(`"${takenPort}".*Temporal UI.*SIGNALBOX_TEMPORAL_UI_PORT`),
      ),
    });
    await expect(assertPortFree(port, "a test", "SIGNALBOX_PORT")).resolves.toBeUndefined();
  });

  it("is noticed for the API too", async () => {
    const check = assertPortFree(takenPort, "the API", "SIGNALBOX_PORT");

    await expect(check).rejects.toMatchObject({
      code: "PORT_IN_USE",
      message: `Port "${takenPort}", wanted for the API, is in use. Stop what uses it; or set SIGNALBOX_PORT to another port.`,
    });
  });
});

function listen(): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on a port");
  return address.port;
}

async function findFreePort(): Promise<number> {
  const server = await listen();
  const port = portOf(server);
  await close(server);
  return port;
}
