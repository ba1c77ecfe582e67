/** Runs with encryption on, with a real Temporal server, real workers and all that reads runs. */

import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { Client } from "@temporalio/client";
import {
  decodeOptionalFailureToOptionalError,
  loadDataConverter,
} from "@temporalio/common/lib/internal-non-workflow/index.js";
import { EXIT } from "../../cli/terminal.ts";
import { runCli } from "../../cli/program.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { openDataConverter, type SignalboxDataConverter } from "../../payloads/data-converter.ts";
import { makeEncryptionKey, type EncryptionKey } from "../../payloads/encryption-keys.ts";
import { replayHistories } from "../../worker/replay.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { bundledParts } from "../../worker/worker-payloads.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { deciding, threeSteps } from "../fixtures/graphs.ts";
import { ask, problem, withApi } from "../harness/api.ts";
import { FROM_SOURCES } from "../harness/bundle.ts";
import { fakeTerminal } from "../harness/fake-terminal.ts";
import { awaitEvent, rawBytesOf } from "../harness/raw-history.ts";
import { beSilent, fixtureGraphs } from "../harness/runs-api.ts";
import {
  openTestTemporal,
  simulatedConfig,
  withWorker,
  type GraphModule,
  type TestWorker,
} from "../harness/temporal.ts";

const first = makeEncryptionKey("first");
const second = makeEncryptionKey("second");
const converterOf = (...encryptionKeys: readonly EncryptionKey[]): SignalboxDataConverter =>
  openDataConverter({ env: process.env, encryptionKeys });
const converter = converterOf(first.key);

/** None of these may be in what Temporal keeps. */
const SECRETS = /MARMALADE|ZEPPELIN|quicksilver|Classify|You answer/;
const input = { body: "MARMALADE is gone" };
const config = simulatedConfig(({ step, model }) => {
  if (step === "triage") return { value: { kind: "card" } };
  if (model === "first") return { fail: "bad_request", message: "quicksilver was refused" };
  return { value: step === "review" ? { fit: true } : { text: "ZEPPELIN is the answer" } };
});

let encrypting: GraphModule;

beforeAll(async () => {
  const url = pathToFileURL(join(__dirname, "../fixtures/graphs.ts"));
  const bundle = await bundleGraphs(url, { ...FROM_SOURCES, ...bundledParts(converter) });
  encrypting = { graphs: fixtures, bundle };
});

function withEncryption<T>(
  dataConverter: SignalboxDataConverter,
  body: (worker: TestWorker) => Promise<T>,
  taskQueue?: string,
): Promise<T> {
  return withWorker(
    { config, module: encrypting, dataConverter, ...(taskQueue && { taskQueue }) },
    body,
  );
}

/** A run that waits for its last decision. */
async function waitsForSignoff(client: SignalboxClient): Promise<string> {
  const id = await client.start(deciding, { letter: "MARMALADE" });
  for await (const event of client.events(id)) {
    if (event.type === "step.waiting" && event.step === "signoff") break;
  }
  return id;
}

async function signalbox(
  args: readonly string[],
  keys: string,
): Promise<{ exitCode: number; printed: string; told: string }> {
  const env = {
    TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"],
    SIGNALBOX_PAYLOADS: process.env["SIGNALBOX_PAYLOADS"],
    SIGNALBOX_ENCRYPTION_KEYS: keys,
  };
  const terminal = fakeTerminal({ env });
  const exitCode = await runCli(args, terminal);
  return { exitCode, printed: terminal.printed(), told: terminal.told() };
}

describe("a run with encryption", () => {
  let id: string;
  let raw: Buffer;
  let read: Awaited<ReturnType<SignalboxClient["get"]>>;
  let audit: Awaited<ReturnType<SignalboxClient["audit"]>>;
  let api: Awaited<ReturnType<typeof ask>>;
  let listed: boolean;

  beforeAll(async () => {
    await withEncryption(converter, async ({ client, temporal }) => {
      id = await client.start(threeSteps, input, { by: "MARMALADE's key" });
      await client.result(threeSteps, id);
      raw = await rawBytesOf(temporal, id);
      read = await client.get(id);
      audit = await client.audit(id);
      listed = (await client.summary(id)).costUsd !== undefined;
      await withApi({ client, graphs: fixtureGraphs }, async (started) => {
        api = await ask(started, `/v1/runs/${id}`);
      });
    });
  });

  it("leaves neither input nor prompts nor replies nor messages of failures with Temporal", () => {
    expect(raw.length).toBeGreaterThan(5_000);
    expect(raw.toString("latin1")).not.toMatch(SECRETS);
    expect(raw.toString("utf16le")).not.toMatch(SECRETS);
  });

  it("leaves with it what is looked for and steered by: ids of steps, the graph, the costs", () => {
    const plain = raw.toString("latin1");

    expect(plain).toContain("threeSteps");
    expect(plain).toContain("draft#1");
    expect(plain).toContain("SignalboxCostUsd");
  });

  it("is read by the client with every attempt, route, cost and message", () => {
    expect(read).toMatchObject({ status: "completed", result: { fit: true } });
    expect(read.attempts).toMatchObject([
      { step: "triage", status: "completed" },
      { step: "draft", status: "failed", message: expect.stringContaining("bad_request") },
      { step: "draft", status: "completed", fallback: 1 },
      { step: "review", status: "completed" },
    ]);
    expect(read.routes.map(({ step }) => step)).toEqual(["triage", "draft", "review"]);
    expect(read.spentNanoUsd).toBeGreaterThan(0);
    expect(listed).toBe(true);
  });

  it("has an audit with the hash of the input as it was given", () => {
    const sha256 = createHash("sha256").update(JSON.stringify(input)).digest("hex");

    expect(audit[0]).toMatchObject({
      type: "run.started",
      inputSha256: sha256,
      by: "MARMALADE's key",
    });
    expect(audit.at(-1)).toMatchObject({ type: "run.ended", status: "completed" });
  });

  it("is read over REST", () => {
    expect(api).toMatchObject({
      status: 200,
      body: { id, status: "completed", result: { fit: true }, steps: expect.any(Object) },
    });
  });

  it("is shown by the command line that has the key", async () => {
    const { exitCode, printed } = await signalbox(["show", id], first.entry);

    expect(exitCode).toBe(EXIT.ok);
    expect(printed).toContain("simulated/second");
  });

  it("is refused in words by one that has not, with its code", async () => {
    const none = await signalbox(["show", id], "");
    const other = await signalbox(["show", id], second.entry);

    expect(none).toMatchObject({ exitCode: EXIT.failed, printed: "" });
    expect(none.told).toMatch(/PAYLOADS_UNKNOWN_KEY: .*"first", and no key is here/);
    expect(other.told).toMatch(/PAYLOADS_UNKNOWN_KEY: .*the keys here are "second"/);
  });

  it("can be listed by anybody: lists show nothing that is encrypted", async () => {
    const { exitCode } = await signalbox(["runs"], "");

    expect(exitCode).toBe(EXIT.ok);
  });

  it("is replayed with the key, and not without", async () => {
    const temporal = await openTestTemporal(converter);
    const history = await temporal.client.workflow.getHandle(id).fetchHistory();
    await temporal.close();
    const runs = [{ name: id, workflowId: id, history }];
    const replay = async (dataConverter: SignalboxDataConverter): Promise<unknown[]> => {
      const options = { ...encrypting, graphsUrl: pathToFileURL(__filename), dataConverter };
      const replayed: unknown[] = [];
      for await (const one of replayHistories(options, runs)) replayed.push(one);
      return replayed;
    };

    expect(await replay(converter)).toMatchObject([{ status: "ok" }]);
    expect(await replay(converterOf())).toMatchObject([{ status: "different" }]);
  });
});

it("fails in words that only those with a key can read", async () => {
  const failing = simulatedConfig(() => ({ fail: "bad_request", message: "quicksilver" }));

  await withWorker(
    { config: failing, module: encrypting, dataConverter: converter },
    async ({ client, temporal }) => {
      const id = await client.start(threeSteps, input);
      await client.waitUntilClosed(id);

      const raw = await rawBytesOf(temporal, id);
      const { error } = await client.get(id);

      expect(raw.toString("latin1")).not.toMatch(SECRETS);
      expect(raw.toString("latin1")).not.toMatch(/simulated failure/);
      expect(raw.toString("latin1")).toContain("Encoded failure");
      expect(error?.message).toMatch(/triage/);
    },
  );
});

it("is not started by a worker whose bundle would tell errors in plain text", async () => {
  const starting = withWorker({ config, dataConverter: converter }, async () => {});

  await expect(starting).rejects.toMatchObject({ code: "PAYLOADS_PLAIN_FAILURES" });
});

it("goes on under a new key, and ends in part under the old and in part under the new one", async () => {
  const rotated = converterOf(second.key, first.key);
  let taskQueue = "";
  const id = await withEncryption(converter, async (worker) => {
    ({ taskQueue } = worker);
    return waitsForSignoff(worker.client);
  });

  await withEncryption(
    rotated,
    async ({ client, temporal }) => {
      await client.decide(id, "signoff", { approved: true, note: "ZEPPELIN" });
      await client.sendEvent(id, "paid", { cents: 1 });
      const result = await client.result(deciding, id);
      const raw = await rawBytesOf(temporal, id);

      expect(result).toMatchObject({ approved: true, note: "ZEPPELIN", cents: 1 });
      expect(raw.toString("latin1")).not.toMatch(SECRETS);
      expect(raw.includes("first")).toBe(true);
      expect(raw.includes("second")).toBe(true);
      await expect(client.audit(id)).resolves.toContainEqual(
        expect.objectContaining({ type: "step.decided", step: "signoff" }),
      );
    },
    taskQueue,
  );
  const behind = await openTestTemporal(converterOf(second.key));
  const reading = new SignalboxClient({ temporal: behind.client }).get(id);
  await expect(reading).rejects.toMatchObject({ code: "PAYLOADS_UNKNOWN_KEY" });
  await behind.close();
});

it("is switched on under a run that began in plain text", async () => {
  let taskQueue = "";
  const id = await withWorker({ config }, async (worker) => {
    ({ taskQueue } = worker);
    return waitsForSignoff(worker.client);
  });

  await withEncryption(
    converter,
    async ({ client, temporal }) => {
      await client.decide(id, "signoff", { approved: true, note: "ZEPPELIN" });
      await client.sendEvent(id, "paid", { cents: 1 });

      await expect(client.result(deciding, id)).resolves.toMatchObject({ note: "ZEPPELIN" });
      const raw = (await rawBytesOf(temporal, id)).toString("latin1");
      expect(raw).toContain("MARMALADE");
      expect(raw).not.toContain("ZEPPELIN");
    },
    taskQueue,
  );
});

it("is not lost on a worker with a wrong key: that says so, and the right one finishes it", async () => {
  const wrong = converterOf({ id: "first", key: second.key.key });
  const taskQueue = `wrong-key-${crypto.randomUUID()}`;
  const temporal = await openTestTemporal(converter);
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue });
  const id = await client.start(threeSteps, input);

  const failed = await withEncryption(
    wrong,
    () => awaitEvent(temporal, id, "workflowTaskFailedEventAttributes"),
    taskQueue,
  );
  const told = await decodeOptionalFailureToOptionalError(loadDataConverter(wrong), failed.failure);
  expect(told?.message).toMatch(/The key "first" does not open this/);
  expect(JSON.stringify(failed)).not.toMatch(SECRETS);
  await expect(client.summary(id)).resolves.toMatchObject({ status: "running" });
  await withEncryption(converter, () => client.result(threeSteps, id), taskQueue);

  await expect(client.get(id)).resolves.toMatchObject({
    status: "completed",
    result: { fit: true },
  });
  await temporal.close();
});

it("is started and read by a plain client of Temporal with the same converter", async () => {
  await withEncryption(converter, async ({ temporal, taskQueue }) => {
    const { connection } = temporal;
    const plain = new Client({ connection, dataConverter: converterOf(first.key) });
    const workflowId = `plain-${crypto.randomUUID()}`;

    const result = await plain.workflow.execute(threeSteps, {
      args: [input],
      taskQueue,
      workflowId,
    });

    expect(result).toEqual({ fit: true });
    expect((await rawBytesOf(temporal, workflowId)).toString("latin1")).not.toMatch(SECRETS);
  });
});

it("is told by an API without the key as what it is, and by its code", async () => {
  const id = await withEncryption(converter, async ({ client }) => {
    const started = await client.start(threeSteps, input);
    await client.waitUntilClosed(started);
    return started;
  });
  const temporal = await openTestTemporal(converterOf());
  const client = new SignalboxClient({ temporal: temporal.client });

  await withApi({ client, graphs: fixtureGraphs, onInternalError: beSilent }, async (api) => {
    const answer = await ask(api, `/v1/runs/${id}`);

    expect(answer).toEqual(problem(500, "API_PAYLOADS_UNREADABLE"));
    expect(answer.text).not.toMatch(/first/);
  });
  await temporal.close();
});
