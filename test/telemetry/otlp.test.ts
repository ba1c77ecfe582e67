/** What goes over the wire when API and workers are processes of their own: to a receiver, and through a real collector where there is one. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "../../bench/load/free-port.ts";
import { deferred } from "../harness/deferred.ts";
import { startFakeOpenAI, type FakeOpenAI } from "../harness/fake-openai.ts";
import { startOtlpReceiver, type OtlpReceiver, type WireSpan } from "../harness/otlp-receiver.ts";
import { startProgram, withFolder, type Program } from "../harness/program.ts";
import { withProject } from "../harness/project.ts";

const GRAPHS = `
  import { kit } from "signalbox";
  import { z } from "zod";
  const { graph } = kit();
  const output = z.object({ text: z.string() });
  export const letters = graph({ id: "letters", version: "1", input: z.object({}), budget: { calls: 10 } })
    .step("draft", { model: "writer", output, prompt: () => "draft" })
    .step("review", { model: "writer", output, prompt: () => "review" });
`;

const CONFIG = `
  import { defineConfig } from "signalbox/worker";
  import { openaiCompatible } from "signalbox/providers/openai-compatible";
  export default defineConfig({
    providers: [openaiCompatible({ id: "up", baseURL: process.env.UPSTREAM_URL, apiKey: "sk-test" })],
    models: { writer: ["up/one"] },
  });
`;

const CALLER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
/** Two workers bundle their graphs, which takes its time on a busy machine. */
const LONG_MS = 300_000;

/** A collector that takes OTLP over HTTP and sends it on: see scripts/build-collector.mjs. */
const COLLECTOR = process.env["SIGNALBOX_TEST_OTELCOL"];

let receiver: OtlpReceiver;
let upstream: FakeOpenAI;
/** Resolves when the second step is asked for the first time. */
let inReview = deferred();

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  inReview = deferred();
  let reviews = 0;
  upstream = await startFakeOpenAI(({ url, lastUserMessage }) => {
    if (url.endsWith("/models")) return { raw: `{"data":[]}` };
    if (lastUserMessage.startsWith("review") && reviews++ === 0) {
      inReview.resolve();
      return { stall: true };
    }
    return { content: JSON.stringify({ text: "Dear Ann" }) };
  });
});

afterEach(() => Promise.all([receiver.stop(), upstream.stop()]));

interface Scene {
  readonly api: Program;
  readonly url: string;
  readonly startWorker: () => Promise<Program>;
}

/** An API of its own beside workers of their own, all of which send to `endpoint`. */
async function inScene(endpoint: string, body: (scene: Scene) => Promise<void>): Promise<void> {
  const taskQueue = `test-${crypto.randomUUID()}`;
  const env = {
    TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"] ?? "",
    UPSTREAM_URL: upstream.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_SERVICE_NAME: "letters",
    // A worker that is killed has sent what it had.
    OTEL_BSP_SCHEDULE_DELAY: "50",
    SIGNALBOX_METRICS_PORT: "0",
  };
  await withProject({ "signalbox.config.js": CONFIG, "graphs.js": GRAPHS }, async ({ folder }) => {
    const start = async (...args: readonly string[]): Promise<Program> => {
      const program = startProgram("cli/main.js", [...args, "--task-queue", taskQueue, "--json"], {
        cwd: folder,
        env,
      });
      await program.printed("up until Ctrl-C");
      while (!program.answer().endsWith("}\n")) await program.printedMore();
      return program;
    };
    const api = await start("api", "--port", "0");
    const { url } = readAnswer(api);
    await body({ api, url, startWorker: () => start("worker") });
  });
}

/** What it says is up. */
function readAnswer(program: Program): { readonly url: string; readonly metrics: string } {
  const answer: unknown = JSON.parse(program.answer());
  return {
    url: String(Reflect.get(Object(answer), "url")),
    metrics: String(Reflect.get(Object(answer), "metrics")),
  };
}

/** Asks for a run that is answered when it has ended. */
async function run(url: string): Promise<unknown> {
  const response = await fetch(`${url}/v1/graphs/letters/runs?wait=60`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01`,
    },
    body: "{}",
  });
  return response.json();
}

/** Kills the first worker in the middle of a call, and has another end the run. */
async function loseWorker({ api, url, startWorker }: Scene): Promise<string> {
  const first = await startWorker();
  const ran = run(url);
  await inReview.promise;
  // The span of the first step is on its way.
  while (!receiver.spans.some(({ name }) => name === "step draft")) await wait(20);
  await first.end("SIGKILL");
  const second = await startWorker();
  expect(await ran).toMatchObject({ status: "completed" });
  const { metrics } = readAnswer(second);
  const scraped = await (await fetch(metrics)).text();
  await second.end("SIGTERM");
  await api.end("SIGTERM");
  return scraped;
}

/** Of the call that was cut off nobody can tell; the next try finds that it is lost, and the one after it asks again. */
const TREE = [
  "POST /v1/graphs/letters/runs",
  "  start letters",
  "    invoke_workflow letters",
  "      step draft",
  "        chat one",
  "          POST",
  "        route",
  "      step review",
  "        chat one",
  "        chat one",
  "          POST",
  "        route",
];

function draw(spans: readonly WireSpan[]): readonly string[] {
  const below = (parent: string, depth: number): string[] =>
    spans
      .filter(({ parentSpanId }) => parentSpanId === parent)
      .toSorted((one, other) => one.name.localeCompare(other.name))
      .flatMap(({ name, spanId }) => [`${"  ".repeat(depth)}${name}`, ...below(spanId, depth + 1)]);
  return below(CALLER.spanId, 0);
}

async function expectOneTrace(endpoint: string): Promise<void> {
  await inScene(endpoint, async (scene) => {
    const scraped = await loseWorker(scene);

    const spans = receiver.spans.filter(({ traceId }) => traceId === CALLER.traceId);
    expect(draw(spans)).toEqual(TREE);
    expect(spans).toHaveLength(TREE.length);
    expect([...receiver.services]).toEqual(["letters"]);
    expect([...receiver.metrics]).toEqual(
      expect.arrayContaining(["gen_ai.client.token.usage", "signalbox_attempts", "signalbox_runs"]),
    );
    expect(scraped).toMatch(/^signalbox_runs_total\{.*status="completed".*\} 1$/m);
    expect(scraped).toMatch(/^signalbox_run_budget_used_ratio_sum\{.*limit="calls".*\} 0\.\d/m);
    expect(scraped).toMatch(/^temporal_\w+/m);
    expect(scraped).toMatch(/^process_cpu_seconds_total /m);
  });
}

// oxlint-disable jest/expect-expect -- `expectOneTrace` has them.
it(
  "is one trace across API and workers, also when one of them is killed and another replays the run",
  () => expectOneTrace(receiver.url),
  LONG_MS,
);

(COLLECTOR === undefined ? it.skip : it)(
  "comes through a real collector as it is",
  () => withCollector(receiver.url, expectOneTrace),
  LONG_MS,
);

/** Runs `body` beside a collector that sends on to `target`, as JSON. */
async function withCollector(
  target: string,
  body: (endpoint: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const place = `127.0.0.1:${await freePort()}`;
    const file = join(folder, "config.json");
    await writeFile(file, JSON.stringify(settingsOf(place, target)));
    const collector = spawn(COLLECTOR ?? "", [`--config=file:${file}`], { stdio: "inherit" });
    const ended = once(collector, "exit");
    try {
      await Promise.race([untilUp(`http://${place}/v1/traces`), ended]);
      await body(`http://${place}`);
    } finally {
      collector.kill("SIGTERM");
      await ended;
    }
  });
}

function settingsOf(endpoint: string, target: string): object {
  const pipeline = { receivers: ["otlp"], exporters: ["otlphttp"] };
  const exporter = { endpoint: target, encoding: "json", sending_queue: { enabled: false } };
  return {
    receivers: { otlp: { protocols: { http: { endpoint } } } },
    exporters: { otlphttp: exporter },
    service: {
      pipelines: { traces: pipeline, metrics: pipeline },
    },
  };
}

/** It tells nobody when it is. */
async function untilUp(url: string): Promise<void> {
  const isUp = (): Promise<boolean> =>
    fetch(url, { method: "POST" }).then(
      () => true,
      () => false,
    );
  while (!(await isUp())) await wait(50);
}
