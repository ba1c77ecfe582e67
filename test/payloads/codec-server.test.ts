/**
 * Encrypted runs, read and started with Temporal's own command line by way of the API's codec server. What a person sees in the
 * Temporal UI is looked at by `scripts/see-payloads.mjs`, which needs a browser.
 */

import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { apiKeys, makeKey } from "../../api/api-keys.ts";
import { startApi, type Api } from "../../api/start-api.ts";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import { openDataConverter } from "../../payloads/data-converter.ts";
import { makeEncryptionKey } from "../../payloads/encryption-keys.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { startWithTemporalBinary } from "../../worker/temporal-binary.ts";
import { bundledParts } from "../../worker/worker-payloads.ts";
import * as fixtures from "../fixtures/graphs.ts";
import { threeSteps } from "../fixtures/graphs.ts";
import { FROM_SOURCES } from "../harness/bundle.ts";
import { rawBytesOf } from "../harness/raw-history.ts";
import { beSilent, fixtureGraphs } from "../harness/runs-api.ts";
import { simulatedConfig, withWorker, type GraphModule } from "../harness/temporal.ts";

const { key: encryptionKey } = makeEncryptionKey("now");
const converter = openDataConverter({ env: process.env, encryptionKeys: [encryptionKey] });
const ops = makeKey({ id: "ops", workspace: "*", scopes: ["payloads"] });
const reader = makeKey({ id: "reader", workspace: "*", scopes: ["read"] });
const config = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  return { value: step === "review" ? { fit: true } : { text: "ZEPPELIN is the answer" } };
});

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

type Temporal = (...args: readonly string[]) => Promise<Ended>;

interface World {
  readonly client: SignalboxClient;
  readonly api: Api;
  readonly taskQueue: string;
  /** The command line, asked about the test server. */
  readonly temporal: Temporal;
  readonly rawOf: (id: string) => Promise<string>;
}

let encrypting: GraphModule;
let binary: string;

beforeAll(async () => {
  const url = pathToFileURL(join(__dirname, "../fixtures/graphs.ts"));
  const bundle = await bundleGraphs(url, { ...FROM_SOURCES, ...bundledParts(converter) });
  encrypting = { graphs: fixtures, bundle };
  binary = await findBinary();
});

/** The one that runs the server of the tests: it is there by now. */
async function findBinary(): Promise<string> {
  const executable = await startWithTemporalBinary(async (found) => found);
  if (executable.type === "existing-path") return executable.path;
  const { downloadDir = "" } = executable;
  const [name = ""] = (await readdir(downloadDir)).filter((file) => file.startsWith("temporal"));
  return join(downloadDir, name);
}

function withCodec<T>(body: (world: World) => Promise<T>): Promise<T> {
  return withWorker(
    { config, module: encrypting, dataConverter: converter },
    async ({ client, temporal: server, taskQueue }) => {
      const authenticator = apiKeys([ops.entry, reader.entry]);
      const api = await startApi({
        client,
        graphs: fixtureGraphs,
        port: 0,
        authenticator,
        onNotice: beSilent,
      });
      const temporal: Temporal = (...args) => run([...args, "--address", server.address]);
      const rawOf = async (id: string): Promise<string> =>
        (await rawBytesOf(server, id)).toString("latin1");
      try {
        return await body({ client, api, taskQueue, temporal, rawOf });
      } finally {
        await api.stop();
      }
    },
  );
}

/** What it has printed, with the data of payloads as text: in JSON they are base64. */
function plain({ output }: Ended): string {
  const data = [...output.matchAll(/"data": "([^"]*)"/g)].map(([, text = ""]) => text);
  return [output, ...data.map((text) => Buffer.from(text, "base64").toString())].join("\n");
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(binary, args, { maxBuffer: 50_000_000 }, (error, stdout, stderr) => {
      resolve({ exitCode: Number(error?.code ?? 0), output: stdout + stderr });
    });
  });
}

function show(id: string): readonly string[] {
  return ["workflow", "show", "--workflow-id", id, "--output", "json"];
}

function by(api: Api, key: string): readonly string[] {
  return ["--codec-endpoint", `${api.url}/codec`, "--codec-auth", `Bearer ${key}`];
}

it("shows an encrypted run to those with the key, and to nobody else", async () => {
  const { without, wrong, right } = await withCodec(async ({ client, api, temporal }) => {
    const id = await client.start(threeSteps, { body: "MARMALADE is gone" });
    await client.result(threeSteps, id);
    return {
      without: await temporal(...show(id)),
      // Refused, it asks again until its time is up.
      wrong: await temporal(...show(id), ...by(api, reader.key), "--command-timeout", "2s"),
      right: await temporal(...show(id), ...by(api, ops.key)),
    };
  });

  expect(without.exitCode).toBe(0);
  expect(plain(without)).not.toMatch(/MARMALADE|ZEPPELIN/);
  expect(wrong.exitCode).not.toBe(0);
  expect(plain(wrong)).not.toMatch(/MARMALADE|ZEPPELIN/);
  expect(right.exitCode).toBe(0);
  expect(plain(right)).toContain("MARMALADE is gone");
  expect(plain(right)).toContain("ZEPPELIN is the answer");
});

it("shows what was put aside", async () => {
  const body = `MARMALADE ${"lighthouse ".repeat(40_000)}`;

  const { raw, shown } = await withCodec(async ({ client, api, temporal, rawOf }) => {
    const id = await client.start(threeSteps, { body });
    await client.result(threeSteps, id);
    return { raw: await rawOf(id), shown: await temporal(...show(id), ...by(api, ops.key)) };
  });

  expect(raw).toContain("signalbox.files");
  expect(shown.exitCode).toBe(0);
  expect(plain(shown)).toContain(body);
});

it("encrypts what the command line starts", async () => {
  const id = `default.threeSteps-${crypto.randomUUID()}`;

  const { started, result, raw } = await withCodec(
    async ({ client, api, taskQueue, temporal, rawOf }) => {
      const what = ["--type", "threeSteps", "--task-queue", taskQueue, "--workflow-id", id];
      const input = ["--input", `{"body":"MARMALADE is gone"}`];
      const ended = await temporal("workflow", "start", ...what, ...input, ...by(api, ops.key));
      return { started: ended, result: await client.result(threeSteps, id), raw: await rawOf(id) };
    },
  );

  expect(started.exitCode).toBe(0);
  expect(result).toMatchObject({ fit: true });
  expect(raw).toContain("binary/encrypted");
  expect(raw).not.toContain("MARMALADE");
});
