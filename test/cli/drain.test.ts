/** `signalbox worker` that is told to stop in the middle of a call, as an orchestrator does it. */

import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { Run } from "../../client/run.ts";
import { deferred } from "../harness/deferred.ts";
import { startFakeOpenAI, type FakeAnswer, type FakeOpenAI } from "../harness/fake-openai.ts";
import { startProgram, type Program } from "../harness/program.ts";
import { withProject } from "../harness/project.ts";
import { openTestTemporal } from "../harness/temporal.ts";

const GRAPHS = `
  import { kit } from "signalbox";
  import { z } from "zod";
  const { graph } = kit();
  const output = z.object({ text: z.string() });
  export const letters = graph({ id: "letters", version: "1", input: z.object({}) })
    .step("draft", { model: "writer", output, prompt: () => "draft" })
    .step("review", { model: "writer", output, prompt: () => "review" });
`;

const CONFIG = `
  import { defineConfig } from "signalbox/worker";
  import { openaiCompatible } from "signalbox/providers/openai-compatible";
  export default defineConfig({
    providers: [openaiCompatible({ id: "up", baseURL: process.env.UPSTREAM_URL, apiKey: "sk-test" })],
    models: { writer: ["up/one"] },
    queues: { up: {} },
  });
`;

const GOOD: FakeAnswer = { content: JSON.stringify({ text: "Dear Ann" }) };
/** Longer than a test: two workers bundle their graphs, which takes its time on a busy machine. */
const START_MS = 300_000;
const TEMPORAL_ADDRESS = process.env["SIGNALBOX_TEST_ADDRESS"] ?? "";

interface Scene {
  readonly upstream: FakeOpenAI;
  readonly client: SignalboxClient;
  /** Resolves when the first draft is asked for. */
  readonly inDraft: Promise<void>;
  readonly startWorker: (...args: readonly string[]) => Promise<Program>;
  readonly startRun: () => Promise<string>;
  /** How often each step was asked for. */
  readonly calls: () => Readonly<Record<string, number>>;
}

/** @param firstDraft - what the first call of the first step is answered with. */
async function inScene(
  firstDraft: () => FakeAnswer | Promise<FakeAnswer>,
  body: (scene: Scene) => Promise<void>,
): Promise<void> {
  const inDraft = deferred();
  const counts = { draft: 0, review: 0 };
  const upstream = await startFakeOpenAI(({ url, lastUserMessage }) => {
    if (url.endsWith("/models")) return { raw: `{"data":[]}` };
    const step = lastUserMessage.startsWith("draft") ? "draft" : "review";
    counts[step] += 1;
    if (step === "review" || counts.draft > 1) return GOOD;
    inDraft.resolve();
    return firstDraft();
  });
  const temporal = await openTestTemporal();
  const taskQueue = `test-${crypto.randomUUID()}`;
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue });
  const env = { TEMPORAL_ADDRESS, UPSTREAM_URL: upstream.url };
  const files = { "signalbox.config.js": CONFIG, "graphs.js": GRAPHS };
  try {
    await withProject(files, ({ folder }) =>
      body({
        upstream,
        client,
        inDraft: inDraft.promise,
        async startWorker(...args) {
          const given = ["worker", "--task-queue", taskQueue, ...args];
          const worker = startProgram("cli/main.js", given, { cwd: folder, env });
          await worker.printed("up until Ctrl-C");
          return worker;
        },
        startRun: () =>
          temporal.client.workflow
            .start("letters", { taskQueue, workflowId: `default.letters-${taskQueue}`, args: [{}] })
            .then(({ workflowId }) => workflowId),
        calls: () => ({ ...counts }),
      }),
    );
  } finally {
    await temporal.close();
    await upstream.stop();
  }
}

async function ended(client: SignalboxClient, id: string): Promise<Run> {
  await client.waitUntilClosed(id);
  return client.get(id);
}

describe("a worker that is told to stop in the middle of a call", () => {
  it(
    "waits for the answer, takes nothing new, and ends with 0",
    async () => {
      const answer = deferred();
      await inScene(
        () => answer.promise.then(() => GOOD),
        async ({ client, inDraft, startWorker, startRun, calls }) => {
          const first = await startWorker("--grace", "4 minutes");
          const id = await startRun();
          await inDraft;

          const stopped = first.end("SIGTERM");
          await first.printed("may finish within 240 s");
          const second = await startWorker();
          answer.resolve();

          expect(await stopped).toBe(0);
          expect(await ended(client, id)).toMatchObject({
            status: "completed",
            attempts: [
              { step: "draft", status: "completed", tries: 1 },
              { step: "review", status: "completed", tries: 1 },
            ],
          });
          expect(calls()).toEqual({ draft: 1, review: 1 });
          await second.end("SIGTERM");
        },
      );
    },
    START_MS,
  );

  it(
    "cuts it when the grace has passed, and the run asks again elsewhere",
    () =>
      inScene(
        () => ({ stall: true }),
        async ({ client, inDraft, startWorker, startRun, calls, upstream }) => {
          const first = await startWorker("--grace", "1 second");
          const id = await startRun();
          await inDraft;
          const [asked] = upstream.requests.filter(({ url }) => !url.endsWith("/models"));

          const exitCode = await first.end("SIGTERM");
          await asked?.disconnected;
          const second = await startWorker();
          const run = await ended(client, id);
          await second.end("SIGTERM");

          expect(exitCode).toBe(0);
          expect(run).toMatchObject({
            status: "completed",
            attempts: [
              {
                step: "draft",
                status: "failed",
                kind: "unavailable",
                message: "up/one: the worker was stopped in the middle of the call",
                mayBeBilled: true,
              },
              { step: "draft", status: "completed", tries: 1 },
              { step: "review", status: "completed", tries: 1 },
            ],
          });
          expect(calls()).toEqual({ draft: 2, review: 1 });
        },
      ),
    START_MS,
  );

  it(
    "stops at once at a second signal",
    () =>
      inScene(
        () => ({ stall: true }),
        async ({ inDraft, startWorker, startRun }) => {
          const worker = await startWorker("--grace", "1 hour");
          await startRun();
          await inDraft;

          void worker.end("SIGTERM");
          await worker.printed("stopping");
          const exitCode = await worker.end("SIGINT");

          expect(exitCode).toBe(130);
        },
      ),
    START_MS,
  );
});
