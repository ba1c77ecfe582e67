import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Attempt } from "../../client/run.ts";
import * as complaints from "../../examples/complaints/graphs.ts";
import complaintsConfig from "../../examples/complaints/signalbox.config.ts";
import * as support from "../../examples/support/graphs.ts";
import { answerAsSimulated } from "../../examples/support/simulated-answers.ts";
import type { AnyGraph } from "../../graph/graph.ts";
import { simulated } from "../../plugins/providers/simulated.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { defineConfig, type Config } from "../../worker/config.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { FROM_SOURCES } from "../harness/bundle.ts";
import { openGate } from "../harness/open-gate.ts";
import { withWorker, type TestWorker } from "../harness/temporal.ts";

const EXAMPLES = join(__dirname, "../../examples");

const supportConfig = defineConfig({
  providers: [simulated({ replies: answerAsSimulated })],
  models: { small: ["simulated/small"], writer: ["simulated/large", "simulated/medium"] },
  prices: { "simulated/small": { inputUsdPerMTok: 0.25, outputUsdPerMTok: 2 } },
});

const tickets: readonly unknown[] = readFileSync(join(EXAMPLES, "support/tickets.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line): unknown => JSON.parse(line));

interface Example {
  readonly folder: string;
  readonly graphs: Readonly<Record<string, unknown>>;
  readonly graph: AnyGraph;
  readonly config: Config;
  readonly inputs: readonly unknown[];
}

const examples: readonly Example[] = [
  {
    folder: "support",
    graphs: support,
    graph: support.support,
    config: supportConfig,
    inputs: tickets,
  },
  {
    folder: "complaints",
    graphs: complaints,
    graph: complaints.complaint,
    config: complaintsConfig,
    inputs: [
      { customer: "Bo", body: "I was charged twice.", attachments: ["A statement. Two pages."] },
      { customer: "Cy", body: "Die App startet nicht, it fails" },
      { customer: "Di", body: "You are great", attachments: ["One.", "Two.", "Three."] },
    ],
  },
];

/** All that has to agree: everything but the time it took. A child's attempts are in its own history. */
function comparable(attempts: readonly Attempt[]): readonly string[] {
  return attempts
    .map(({ durationMs: _durationMs, ...rest }) =>
      JSON.stringify(rest, Object.keys(rest).toSorted()),
    )
    .toSorted();
}

async function runOnTemporal(
  { client }: TestWorker,
  graph: AnyGraph,
  input: unknown,
): Promise<{ result: unknown; attempts: readonly Attempt[] }> {
  const id = await client.start(graph, input);
  await client.waitUntilClosed(id);
  const { result, attempts } = await client.get(id);
  return { result, attempts };
}

describe.each(examples)("the example $folder", ({ folder, graphs, graph, config, inputs }) => {
  it("gives the same results, attempts and costs on both hosts", async () => {
    const graphsUrl = pathToFileURL(join(EXAMPLES, folder, "graphs.ts"));
    const bundle = await bundleGraphs(graphsUrl, FROM_SOURCES);

    // One run is not to learn from another what a model does: in process each has models of its own.
    const liveSignals = openGate();
    const options = { config, liveSignals, module: { graphs, bundle } };
    const onTemporal = await withWorker(options, (worker) =>
      Promise.all(inputs.map((input) => runOnTemporal(worker, graph, input))),
    );
    const inProcess = await Promise.all(
      inputs.map((input) => runInProcess(graph, input, { ...config, liveSignals })),
    );

    expect(onTemporal.map(({ result }) => result)).toEqual(inProcess.map(({ result }) => result));
    for (const [index, run] of onTemporal.entries()) {
      const own = inProcess[index]?.attempts.filter(({ step }) => !step.startsWith("plain/")) ?? [];
      expect(comparable(run.attempts)).toEqual(comparable(own));
    }
  });
});
