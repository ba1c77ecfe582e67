/** What is told of a run does not depend on how many executions it took: each step, attempt and event is there once. */

import type { AnyGraph } from "signalbox";
import type { RunEvent } from "../../client/run-event.ts";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import { longBudget, longMap, longRefine, longSubs } from "../fixtures/graphs.ts";
import { readExecutions } from "../harness/executions.ts";
import { lendWorker } from "../harness/lent-worker.ts";
import { answerLong } from "../harness/long-replies.ts";
import { openGate } from "../harness/open-gate.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { simulatedConfig, type TestWorker } from "../harness/temporal.ts";

let worker: TestWorker;
const world = { config: simulatedConfig(answerLong), liveSignals: openGate() };
lendWorker(world, (lent) => (worker = lent));

/** Everything that is told of a run, in lines that do not depend on its id, its times or the order of what goes on at once. */
interface Told {
  readonly steps: readonly string[];
  readonly attempts: readonly string[];
  readonly routes: readonly string[];
  readonly events: readonly string[];
  readonly records: readonly string[];
  readonly spentNanoUsd: number;
  readonly result: unknown;
}

async function tellAll(client: SignalboxClient, id: string): Promise<Told> {
  const { steps, attempts, routes, spentNanoUsd, result } = await client.get(id);
  const events = await client.audit(id);
  const records = await client.auditRecords(id);
  const lines = (told: readonly object[]): readonly string[] =>
    told.map((one) => lineOf(one, id)).toSorted();
  return {
    steps: lines(steps),
    attempts: lines(attempts),
    routes: lines(routes),
    events: lines(events.map(({ id: _place, ...event }) => event)),
    records: lines(records.map(({ id: _place, ...record }) => record)),
    spentNanoUsd,
    result,
  };
}

/** Names of times, of what is drawn for each run, of hashes, which it keys, and of estimates, which the worker learns from its calls. */
const PER_RUN =
  /At$|Ms$|_ms$|^at$|seed$|hmac$|^estimate$|^signalbox\.route\.(?:output_tokens|cost_nano_usd)$/;

function lineOf(told: object, run: string): string {
  const text = JSON.stringify(told, (name, value: unknown) =>
    PER_RUN.test(name) ? undefined : value,
  );
  return text.replaceAll(run, "RUN");
}

async function runIn(client: SignalboxClient, graph: AnyGraph, input: object): Promise<string> {
  const id = await client.start(graph, input);
  await client.waitUntilClosed(id);
  return id;
}

function idsOf(events: readonly RunEvent[]): ReadonlySet<string> {
  return new Set(events.map(({ id }) => id));
}

describe.each([
  ["a refine", longRefine, { rounds: 8 }, 20],
  ["maps in a map", longMap, { outer: 3, inner: 5 }, 30],
  ["sub-graphs that continue too", longSubs, { outer: 18, inner: 3 }, 12],
  ["calls two at a time", longBudget, { calls: 24 }, 30],
] as const)("a run of several executions: %s", (_name, graph, input, limit) => {
  it("tells what a run of one does", async () => {
    const [long, short] = await Promise.all([
      runIn(withShortHistories(worker, limit), graph, input),
      runIn(worker.client, graph, input),
    ]);

    expect((await readExecutions(worker, long)).length).toBeGreaterThan(2);
    expect(await readExecutions(worker, short)).toHaveLength(1);
    expect(await tellAll(worker.client, long)).toEqual(await tellAll(worker.client, short));
    const events = await worker.client.audit(long);
    expect(idsOf(events).size).toBe(events.length);
  });
});
