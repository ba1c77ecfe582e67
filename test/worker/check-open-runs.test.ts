/** Open runs and graphs that have changed since they began, on a real server. */

import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { AnyGraph } from "../../graph/graph.ts";
import { quoteForFilter } from "../../graph/search-attributes.ts";
import { checkOpenRuns, type OpenRunsCheck } from "../../worker/check-open-runs.ts";
import * as both from "../fixtures/versions/both.ts";
import * as changed1 from "../fixtures/versions/changed-1.ts";
import * as only1 from "../fixtures/versions/only-1.ts";
import * as only2 from "../fixtures/versions/only-2.ts";
import { withRelay, type Relay, type RelayModule } from "../harness/relay.ts";

const ONLY_1: RelayModule = { graphs: only1, file: "versions/only-1.ts" };
const CHANGED_1: RelayModule = { graphs: changed1, file: "versions/changed-1.ts" };
const INPUT = { name: "Ann" };

/** Starts runs that nobody runs, and waits until Temporal lists them: its list is a moment behind. */
async function startOpen(relay: Relay, graph: AnyGraph, count = 1): Promise<readonly string[]> {
  const { client, temporal, taskQueue } = relay;
  const ids: string[] = [];
  for (let run = 0; run < count; run++) ids.push(await client.start(graph, INPUT));
  const query = `TaskQueue = ${quoteForFilter(taskQueue)} AND ExecutionStatus = 'Running'`;
  while ((await temporal.client.workflow.count(query)).count < count);
  return ids;
}

async function terminate({ temporal }: Relay, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => temporal.client.workflow.getHandle(id).terminate()));
}

/** What a worker with `graph` would be told. */
async function warningsOf(
  { temporal, taskQueue }: Relay,
  graph: AnyGraph,
  options: Partial<OpenRunsCheck> = {},
): Promise<readonly string[]> {
  const warnings: string[] = [];
  await checkOpenRuns(new Map([[graph.id, graph]]), {
    temporal,
    taskQueue,
    onChangedGraph: "warn",
    onWarning: (message) => warnings.push(message),
    ...options,
  });
  return warnings;
}

describe("a worker", () => {
  it("does not start with a graph that was changed under an open run, and says what to do", () =>
    withRelay(async (relay) => {
      const ids = await startOpen(relay, only1.pledge);

      const start = relay.withWorker(CHANGED_1, async () => undefined);

      await expect(start).rejects.toMatchObject({
        name: "ConfigError",
        code: "CONFIG_GRAPH_CHANGED",
        message:
          `Graph "pledge" was changed under its version "1": 1 open run, "${ids[0]}", was begun with another form of it. ` +
          `Give the changed graph a new "version" and keep the old one beside it: versions(new, old). ` +
          `Where diffGraphs says that the change is safe for open runs, start the worker with onChangedGraph: "warn".`,
      });
      await terminate(relay, ids);
    }));

  it("starts all the same where it is told to warn", () =>
    withRelay(async (relay) => {
      const ids = await startOpen(relay, only1.pledge);
      const warnings: string[] = [];

      const state = await relay.withWorker(CHANGED_1, async () => "started", {
        onChangedGraph: "warn",
        onWarning: (message) => warnings.push(message),
      });

      expect(state).toBe("started");
      expect(warnings).toEqual([expect.stringContaining(`1 open run, "${ids[0]}"`)]);
      await terminate(relay, ids);
    }));

  it("starts when no run is open any more", () =>
    withRelay(async (relay) => {
      const [id = ""] = await startOpen(relay, only1.pledge);
      await relay.withWorker(ONLY_1, async () => {
        await terminate(relay, [id]);
        await relay.client.waitUntilClosed(id);
      });
      const query = `WorkflowId = ${quoteForFilter(id)} AND ExecutionStatus = 'Running'`;
      while ((await relay.temporal.client.workflow.count(query)).count > 0);

      const state = await relay.withWorker(CHANGED_1, async () => "started");

      expect(state).toBe("started");
    }));
});

describe("checkOpenRuns", () => {
  it("counts the runs, and finds nothing where the graph is the same", () =>
    withRelay(async (relay) => {
      const ids = await startOpen(relay, only1.pledge, 3);

      const ofChanged = await warningsOf(relay, changed1.pledge);
      const ofSame = await warningsOf(relay, only1.pledge);
      const ofBoth = await warningsOf(relay, both.pledge);

      expect(ofChanged).toEqual([
        expect.stringMatching(/3 open runs, such as "default\.pledge-.*", were/),
      ]);
      expect(ofSame).toEqual([]);
      expect(ofBoth).toEqual([]);
      await terminate(relay, ids);
    }));

  it("finds runs whose version is not there any more", () =>
    withRelay(async (relay) => {
      const ids = await startOpen(relay, only1.pledge);

      const check = warningsOf(relay, only2.pledge, { onChangedGraph: "refuse" });

      await expect(check).rejects.toMatchObject({
        code: "CONFIG_GRAPH_CHANGED",
        message: expect.stringContaining(`Graph "pledge" is not here in version "1" any more`),
      });
      await terminate(relay, ids);
    }));

  it("copes with a quote in the name of a task queue", () =>
    withRelay(async ({ temporal }) => {
      const taskQueue = `it's-${crypto.randomUUID()}`;
      const client = new SignalboxClient({ temporal: temporal.client, taskQueue });
      const relay: Relay = { temporal, client, taskQueue, withWorker: () => Promise.reject() };
      const ids = await startOpen(relay, only1.pledge);

      const warnings = await warningsOf(relay, changed1.pledge);

      expect(warnings).toEqual([expect.stringContaining(`1 open run, "${ids[0]}"`)]);
      await terminate(relay, ids);
    }));

  it("leaves the runs of other task queues alone", () =>
    withRelay(async (relay) => {
      const ids = await startOpen(relay, only1.pledge);

      const warnings = await warningsOf(relay, changed1.pledge, { taskQueue: "another's" });

      expect(warnings).toEqual([]);
      await terminate(relay, ids);
    }));

  it("warns, and no more, where Temporal cannot list runs", () =>
    withRelay(async (relay) => {
      const temporal = { connection: relay.temporal.connection, namespace: "not-there" };

      const warnings = await warningsOf(relay, only1.pledge, {
        temporal,
        onChangedGraph: "refuse",
      });

      expect(warnings).toEqual([
        expect.stringMatching(/cannot list the open runs.*starts all the same/),
      ]);
    }));
});
