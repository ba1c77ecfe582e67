import type { Run } from "../../client/run.ts";
import type { History } from "../../client/trail/history-event.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import { RANDOM_PLANS } from "../fixtures/random-graphs.ts";
import { endedInBoth, toComparable } from "../harness/compare-attempts.ts";
import { readExecutions, replayAll } from "../harness/executions.ts";
import { openGate } from "../harness/open-gate.ts";
import { buildGraph, textOf } from "../harness/random-graph.ts";
import { randomConfig } from "../harness/random-world.ts";
import { workOut } from "../harness/reference-run.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { withWorker } from "../harness/temporal.ts";

const WORLD = 1;
const graphs = Object.entries(RANDOM_PLANS).map(([id, plan]) => ({
  id,
  plan,
  graph: buildGraph(id, plan),
  given: { word: id },
}));

describe("ten random graphs whose runs continue as new after a few events", () => {
  const runs = new Map<string, Run>();
  const histories = new Map<string, readonly History[]>();

  beforeAll(async () => {
    const world = { config: randomConfig(WORLD), liveSignals: openGate() };
    await withWorker(world, async (worker) => {
      const client = withShortHistories(worker, 12);
      const ended = graphs.map(async ({ id, graph, given }) => {
        const runId = await client.start(graph, given);
        await client.waitUntilClosed(runId);
        runs.set(id, await client.get(runId));
        histories.set(id, await readExecutions(worker, runId));
      });
      await Promise.all(ended);
    });
  }, 180_000);

  it("have several executions, most of them", () => {
    const counts = [...histories.values()].map(({ length }) => length);

    expect(counts.filter((count) => count > 1).length).toBeGreaterThanOrEqual(5);
  });

  it.each(graphs)(
    "come to the same as in one long execution, such as $id",
    async ({ id, graph, plan, given }) => {
      const { isWhole } = workOut(plan, given, WORLD);
      const onTemporal = runs.get(id);

      const inProcess = await runInProcess(graph, given, {
        ...randomConfig(WORLD),
        liveSignals: openGate(),
      });

      expect(onTemporal?.error?.code).toBe(inProcess.error?.code);
      expect(textOf(onTemporal?.result)).toBe(textOf(inProcess.result));
      const [here, there] = [inProcess.attempts, onTemporal?.attempts ?? []];
      expect(isWhole ? toComparable(there) : endedInBoth(there, here)).toEqual(
        isWhole ? toComparable(here) : endedInBoth(here, there),
      );
    },
  );

  it.each(graphs)("replay in each execution, such as $id", async ({ id }) => {
    await replayAll(histories.get(id) ?? [], id);

    expect(histories.get(id)?.length).toBeGreaterThan(0);
  });
});
