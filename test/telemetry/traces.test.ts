import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { startApi } from "../../api/start-api.ts";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import { defineConfig } from "../../worker/config.ts";
import { collectGraphs } from "../../worker/graph-module.ts";
import { startFakeOpenAI, type FakeOpenAI, type FakeRequest } from "../harness/fake-openai.ts";
import { deciding, longRefine, longSubs, mapped } from "../fixtures/graphs.ts";
import { mappedInput } from "../fixtures/parts.ts";
import { readExecutions } from "../harness/executions.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { openGate } from "../harness/open-gate.ts";
import { simulatedConfig, withWorker, type GraphModule } from "../harness/temporal.ts";
import { bundleTraced, drawTrace, keepSpans } from "../harness/traced.ts";

const CALLER = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7" };
const traceparent = `00-${CALLER.traceId}-${CALLER.spanId}-01`;

let traced: GraphModule;
let vendor: FakeOpenAI;
const kept = keepSpans();

beforeAll(async () => {
  traced = await bundleTraced();
  vendor = await startFakeOpenAI(answer);
});

beforeEach(() => kept.reset());

afterAll(() => vendor.stop());

/** The first model of `writer` is out of order. */
function answer({
  body,
  lastUserMessage,
}: FakeRequest): Parameters<typeof startFakeOpenAI>[0] extends
  | readonly (infer Answer)[]
  | ((...given: never) => unknown)
  ? Answer
  : never {
  if (body.model === "first") return { status: 401, error: { message: "who are you" } };
  if (lastUserMessage.startsWith("Classify")) return { content: '{"kind":"card"}' };
  if (lastUserMessage.startsWith("Fit")) return { content: '{"fit":true}' };
  return { content: '{"text":"the answer"}' };
}

function config(content = false): ReturnType<typeof defineConfig> {
  return defineConfig({
    providers: [openaiCompatible({ id: "fake", baseURL: vendor.url, apiKey: "sk-very-secret" })],
    models: { small: ["fake/small"], writer: ["fake/first", "fake/second"] },
    prices: { "fake/small": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } },
    journal: false,
    tools: simulatedConfig(() => ({ value: null })).tools ?? {},
    telemetry: { spanProcessors: [kept.processor], content },
  });
}

/** Asks the API for a run of three steps and waits for it. */
function runThreeSteps(
  headers: Readonly<Record<string, string>>,
  options: { readonly maxCachedWorkflows?: number; readonly content?: boolean } = {},
): Promise<{ readonly id: string; readonly run: unknown; readonly memo: unknown }> {
  const { content, ...more } = options;
  const world = { config: config(content), module: traced, liveSignals: openGate(), ...more };
  return withWorker(world, async ({ client, temporal }) => {
    const graphs = collectGraphs(traced.graphs, "test/fixtures/graphs.ts");
    const api = await startApi({ client, graphs, port: 0, onNotice: () => undefined });
    try {
      const response = await fetch(`${api.url}/v1/graphs/threeSteps/runs?wait=30`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ body: "my card is lost" }),
      });
      const run: unknown = await response.json();
      expect(run).toMatchObject({ status: "completed", id: expect.any(String) as unknown });
      const id = String(Reflect.get(Object(run), "id"));
      const { memo } = await temporal.client.workflow.getHandle(id).describe();
      return { id, run, memo };
    } finally {
      await api.stop();
    }
  });
}

const ROUTE = "POST /v1/graphs/threeSteps/runs";

const TREE = [
  ROUTE,
  "  start threeSteps",
  "    invoke_workflow threeSteps",
  "      step draft",
  "        chat first",
  "          POST",
  "        chat second",
  "          POST",
  "        route",
  "      step review",
  "        chat small",
  "          POST",
  "        route",
  "      step triage",
  "        chat small",
  "          POST",
  "        route",
];

describe("a trace", () => {
  it("goes from the request of the API, below its caller's span, down to the calls over HTTP", async () => {
    const { id, run, memo } = await runThreeSteps({ traceparent });

    const spans = kept.spans(CALLER.traceId);
    expect(drawTrace(spans)).toEqual(TREE);
    expect(named(spans, ROUTE).parentSpanContext?.spanId).toBe(CALLER.spanId);
    expect(named(spans, "invoke_workflow threeSteps").attributes).toMatchObject({
      "signalbox.run.id": id,
      "gen_ai.operation.name": "invoke_workflow",
      "signalbox.fallbacks": 1,
    });
    expect(memo).toMatchObject({
      SignalboxTrace: { traceparent: expect.stringContaining(CALLER.traceId) as unknown },
    });
    expect(run).toMatchObject({ traceId: CALLER.traceId });
  });

  it("has every span once, however often the run is replayed", async () => {
    await runThreeSteps({ traceparent }, { maxCachedWorkflows: 0 });

    expect(drawTrace(kept.spans(CALLER.traceId))).toEqual(TREE);
  });

  it("says what was asked of which model, and what came of it", async () => {
    await runThreeSteps({ traceparent });

    const spans = kept.spans(CALLER.traceId);
    expect(named(spans, "chat second").attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "fake",
      "gen_ai.request.model": "second",
      "gen_ai.response.id": expect.stringMatching(/./) as unknown,
      "gen_ai.usage.input_tokens": expect.any(Number) as unknown,
      "gen_ai.usage.output_tokens": expect.any(Number) as unknown,
      "signalbox.attempt.fallback": 1,
      "signalbox.step": "draft",
    });
    const first = named(spans, "chat first");
    expect(first.attributes["error.type"]).toBe("auth");
    expect(first.status.code).toBe(SpanStatusCode.ERROR);
    const [request] = spans.filter(({ kind, name }) => kind === SpanKind.CLIENT && name === "POST");
    expect(request?.attributes).toMatchObject({
      "http.request.method": "POST",
      "server.address": "127.0.0.1",
      "http.response.status_code": expect.any(Number) as unknown,
    });
  });

  it("holds no prompt, reply or key, and vendors are not told of it", async () => {
    await runThreeSteps({ traceparent });

    const told = JSON.stringify(
      kept.spans().map(({ attributes, events, status }) => [attributes, events, status]),
    );
    expect(told).not.toMatch(/card is lost|the answer|You answer|sk-very-secret/);
    expect(vendor.requests.at(-1)?.headers).not.toHaveProperty("traceparent");
  });

  it("holds prompts and replies where that is asked for", async () => {
    await runThreeSteps({ traceparent }, { content: true });

    const [event] = named(kept.spans(CALLER.traceId), "chat second").events;
    expect(event?.name).toBe("gen_ai.client.inference.operation.details");
    expect(event?.attributes?.["gen_ai.input.messages"]).toContain("my card is lost");
    expect(event?.attributes?.["gen_ai.system_instructions"]).toContain(
      "You answer card questions.",
    );
    expect(event?.attributes?.["gen_ai.output.messages"]).toContain("the answer");
  });

  it("is not recorded where the caller's is not", async () => {
    const { memo } = await runThreeSteps({ traceparent: traceparent.replace(/01$/, "00") });

    expect(kept.spans()).toEqual([]);
    expect(JSON.stringify(memo)).toMatch(/-00"/);
  });
});

describe("the trace of a run", () => {
  it("begins with the run where whoever started it has none, and its id is the run's", async () => {
    const { firstRunId, run } = await withWorker(simulatedWorld(), async (worker) => {
      const handle = await worker.temporal.client.workflow.start("diamond", {
        args: [{ body: "text" }],
        taskQueue: worker.taskQueue,
        workflowId: `test-${crypto.randomUUID()}`,
      });
      await handle.result();
      const read = await worker.client.get(handle.workflowId);
      return { firstRunId: handle.firstExecutionRunId, run: read };
    });

    expect(run.traceId).toBe(firstRunId.replaceAll("-", ""));
    expect(drawTrace(kept.spans(run.traceId))).toEqual([
      "invoke_workflow diamond",
      "  step join",
      "  step left",
      "    chat small",
      "    route",
      "  step right",
      "    chat small",
      "    route",
    ]);
  });

  it("goes on in every execution of a run that continues as new", async () => {
    const { traceId } = await withWorker(simulatedWorld(), async (worker) => {
      const client = withShortHistories(worker, 20);
      const id = await client.start(longRefine, { rounds: 8 });
      await client.waitUntilClosed(id);
      expect((await readExecutions(worker, id)).length).toBeGreaterThan(1);
      return client.get(id);
    });

    const spans = kept.spans();
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
    expect(drawTrace(spans).filter((line) => !line.startsWith("      "))).toEqual([
      "start longRefine",
      "  invoke_workflow longRefine",
      "    step essay",
      "    step summary",
    ]);
    const [run, essay] = [named(spans, "invoke_workflow longRefine"), named(spans, "step essay")];
    expect(spans.filter(({ name }) => name.startsWith("chat "))).toHaveLength(16);
    expect(childrenOf(essay, spans)).toHaveLength(32);
    const first = Math.min(...spans.filter(({ name }) => name === "route").map(startOf));
    expect(startOf(run)).toBeLessThanOrEqual(first);
  });

  it("has the runs of sub-graphs, and the parts of a large map", async () => {
    const traceIds = await withWorker(simulatedWorld(), async ({ client }) => {
      const id = await client.start(longSubs, { outer: 1, inner: 1 });
      await client.waitUntilClosed(id);
      await client.run(mapped, mappedInput(401));
      const run = await client.get(id);
      const sub = await client.get(run.steps.find(({ kind }) => kind === "sub")?.run ?? "");
      return [run.traceId, sub.traceId];
    });

    const [ofSubs, ofParts] = [
      traceWith("invoke_workflow longSubs"),
      traceWith("invoke_workflow mapped"),
    ];
    expect(new Set(traceIds)).toEqual(new Set([ofSubs[0]?.spanContext().traceId]));
    expect(drawTrace(ofSubs)).toEqual([
      "start longSubs",
      "  invoke_workflow longSubs",
      "    step runs",
      "      step runs[0]/essay",
      "        invoke_workflow longRefine",
      "          step essay",
      "            chat first",
      "            chat small",
      "            route",
      "            route",
      "          step summary",
      "      step runs[0]/rounds",
    ]);
    const lines = named(ofParts, "step groups[0]/lines");
    const below = childrenOf(lines, ofParts).map(({ name }) => name);
    expect(below.filter((name) => name.startsWith("part "))).toHaveLength(3);
    expect(below).toContain("step groups[0]/lines[0]/line");
    expect(below).toContain("step groups[0]/lines[400]/line");
    expect(drawTrace(ofParts)[0]).toBe("start mapped");
    expect(ofParts.filter(({ name }) => name === "chat small")).toHaveLength(58);
  });

  it("is whole when another worker goes on with the run", async () => {
    const world = { ...simulatedWorld(), taskQueue: `test-${crypto.randomUUID()}` };
    const id = await withWorker(world, async ({ client }) => {
      const started = await client.start(deciding, { letter: "dear sir" });
      await untilOpen(client, started, "signoff");
      return started;
    });
    await withWorker(world, async ({ client }) => {
      await client.decide(id, "signoff", { approved: true });
      await untilOpen(client, id, "paid");
      await client.sendEvent(id, "paid", { cents: 5 });
      await client.waitUntilClosed(id);
    });

    const spans = traceWith("invoke_workflow deciding");
    expect(drawTrace(spans)).toEqual([
      "start deciding",
      "  invoke_workflow deciding",
      "    step items",
      "      step items[0]/check",
      "      step items[0]/compute",
      "    step last",
      "    step paid",
      "    step signoff",
    ]);
  });
});

/** Calls of models that say what the fixture graphs want to hear. */
function simulatedWorld(): Parameters<typeof withWorker>[0] {
  const plain = simulatedConfig(({ step, model, prompt }) => {
    if (step.endsWith("/write")) return { value: { text: `text ${prompt}` } };
    if (step.endsWith("/review")) {
      const [, round, rounds] = /^review (\d+) of (\d+)/.exec(prompt) ?? [];
      return { value: { said: round === rounds ? "good" : "bad" } };
    }
    return { value: model };
  });
  const telemetry = { spanProcessors: [kept.processor] };
  return { config: { ...plain, telemetry }, module: traced, liveSignals: openGate() };
}

async function untilOpen(client: SignalboxClient, id: string, step: string): Promise<void> {
  while (!(await client.openSteps(id)).some((open) => open.step === step));
}

function traceWith(name: string): readonly ReadableSpan[] {
  return kept.spans(named(kept.spans(), name).spanContext().traceId);
}

function childrenOf(parent: ReadableSpan, spans: readonly ReadableSpan[]): readonly ReadableSpan[] {
  const { spanId } = parent.spanContext();
  return spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === spanId);
}

function startOf({ startTime: [seconds, nanos] }: ReadableSpan): number {
  return seconds * 1e3 + nanos / 1e6;
}

function named(spans: readonly ReadableSpan[], name: string): ReadableSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found).toHaveLength(1);
  return found[0]!;
}
