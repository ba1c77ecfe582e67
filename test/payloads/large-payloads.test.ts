/** Inputs and replies of several MiB, with a real Temporal server: it keeps what stands for them. */

import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { Client } from "@temporalio/client";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { openDataConverter } from "../../payloads/data-converter.ts";
import { makeEncryptionKey } from "../../payloads/encryption-keys.ts";
import { replayHistories } from "../../worker/replay.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { bundledParts } from "../../worker/worker-payloads.ts";
import * as fixtures from "../fixtures/large.ts";
import { large } from "../fixtures/large.ts";
import { threeSteps } from "../fixtures/graphs.ts";
import { ask, problem, withApi } from "../harness/api.ts";
import { FROM_SOURCES } from "../harness/bundle.ts";
import { awaitEvent, payloadFilesIn, rawBytesOf } from "../harness/raw-history.ts";
import { beSilent } from "../harness/runs-api.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";
import { answerWell } from "../harness/three-steps.ts";

const MIB = 1_024 * 1_024;
const LARGE = { body: "MARMALADE ".repeat((5 * MIB) / 10) };
const REPLY = "ZEPPELIN  ".repeat((3 * MIB) / 10);

const config = simulatedConfig(({ step }) =>
  step === "write"
    ? { value: { text: REPLY }, usage: { inputTokens: 10, outputTokens: 10 } }
    : answerWell({ step }),
);

const largeGraphs = collectGraphs(fixtures, "test/fixtures/large.ts");

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-large-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it("go through encrypted, leave a small history, and are read by client and API, until a file is gone", async () => {
  const { key } = makeEncryptionKey("now");
  const dataConverter = openDataConverter({ encryptionKeys: [key], payloads: `file:${folder}` });
  const graphsUrl = pathToFileURL(join(__dirname, "../fixtures/large.ts"));
  const bundle = await bundleGraphs(graphsUrl, { ...FROM_SOURCES, ...bundledParts(dataConverter) });
  const encrypting = { graphs: fixtures, bundle };

  await withWorker({ config, module: encrypting, dataConverter }, async ({ client, temporal }) => {
    const id = await client.start(large, LARGE);

    const result = await client.result(large, id);

    expect(result.length).toBe(LARGE.body.length);
    expect(result.text === REPLY).toBe(true);

    const handle = temporal.client.workflow.getHandle(id);
    const { historySize } = await handle.describe();
    expect(historySize).toBeLessThan(100_000);
    const raw = await rawBytesOf(temporal, id);
    expect(raw.toString("latin1")).not.toMatch(/MARMALADE|ZEPPELIN/);
    const files = await payloadFilesIn(folder);
    // The input, the reply, and the result.
    expect(files).toHaveLength(3);
    for (const file of files) {
      expect((await readFile(file)).includes("MARMALADE")).toBe(false);
      expect((await readFile(file)).includes("ZEPPELIN")).toBe(false);
    }
    const run = await client.get(id);
    expect(run).toMatchObject({ status: "completed", attempts: [{ status: "completed" }] });
    const history = await handle.fetchHistory();
    const replayed: unknown[] = [];
    const runs = [{ name: id, workflowId: id, history }];
    for await (const one of replayHistories({ ...encrypting, graphsUrl, dataConverter }, runs)) {
      replayed.push(one);
    }
    expect(replayed).toMatchObject([{ status: "ok" }]);

    await withApi({ client, graphs: largeGraphs, onInternalError: beSilent }, async (api) => {
      expect(await ask(api, `/v1/runs/${id}`)).toMatchObject({ status: 200, body: { id } });
      for (const file of files) await rename(file, `${file}.away`);
      expect(await ask(api, `/v1/runs/${id}`)).toEqual(problem(500, "API_PAYLOADS_UNREADABLE"));
    });
    await expect(client.get(id)).rejects.toMatchObject({ code: "PAYLOADS_NOT_FOUND" });
    for (const file of files) await writeFile(file, "damaged");
    await expect(client.get(id)).rejects.toMatchObject({ code: "PAYLOADS_DAMAGED" });
    for (const file of files) await rename(`${file}.away`, file);
    await expect(client.get(id)).resolves.toMatchObject({ status: "completed" });
  });
}, 240_000);

it("wait for a file that is missing, and go on once it is there", async () => {
  const dataConverter = openDataConverter({ encryptionKeys: [], payloads: `file:${folder}` });
  const elsewhere = join(folder, "..", `${folder.split("/").at(-1)}-elsewhere`);
  const apart = openDataConverter({ encryptionKeys: [], payloads: `file:${elsewhere}` });

  const small = simulatedConfig(answerWell);
  await withWorker({ config: small, dataConverter: apart }, async ({ temporal, taskQueue }) => {
    const { connection } = temporal;
    const client = new SignalboxClient({
      temporal: new Client({ connection, dataConverter }),
      taskQueue,
    });
    const id = await client.start(threeSteps, { body: "x".repeat(300_000) });
    const { failure } = await awaitEvent(temporal, id, "workflowTaskFailedEventAttributes");

    expect(failure?.message).toMatch(/A large payload is not in the folder .*elsewhere/);
    const [file = ""] = await payloadFilesIn(folder);
    const there = file.replace(folder, elsewhere);
    await mkdir(join(there, ".."), { recursive: true });
    await copyFile(file, there);
    await client.waitUntilClosed(id);
    await expect(client.summary(id)).resolves.toMatchObject({ status: "completed" });
  });
  await rm(elsewhere, { recursive: true, force: true });
}, 120_000);
