import { assert, asyncProperty, array, integer, nat, property, record } from "fast-check";
import { parseGraphJson } from "signalbox";
import { Worker } from "@temporalio/worker";
import type { History } from "../../client/trail/history-event.ts";
import type { Run } from "../../client/run.ts";
import { toPlainJson } from "../../graph/graph-json.ts";
import { runInProcess, type InProcessRun } from "../../testing/run-in-process.ts";
import { RANDOM_PLANS } from "../fixtures/random-graphs.ts";
import { endedInBoth, toComparable } from "../harness/compare-attempts.ts";
import { findEarly } from "../harness/early-calls.ts";
import { openGate } from "../harness/open-gate.ts";
import { buildGraph, planGraph, textOf, type FlowPlan } from "../harness/random-graph.ts";
import { randomConfig, type LoggedCall } from "../harness/random-world.ts";
import { needsOf, workOut, type ReferenceAttempt } from "../harness/reference-run.ts";
import { withWorker } from "../harness/temporal.ts";

/** The numbers a graph is planned of: fast-check shortens the list and makes them smaller to find the simplest that fails. */
const plans = array(nat({ max: 999 }), { maxLength: 120, size: "max" }).map(planGraph);
const seeds = integer({ min: 0, max: 9_999 });
const cases = record({ plan: plans, seed: seeds });

const input = { word: "start" };

/** The same examples each time, so that a failure stays until it is mended. Making one smaller is not to take for ever. */
const often = {
  seed: 20_261_123,
  numRuns: 200,
  interruptAfterTimeLimit: 40_000,
  markInterruptAsFailure: true,
};

function run(
  plan: FlowPlan,
  seed: number,
  log?: (call: LoggedCall) => void,
): Promise<InProcessRun<unknown>> {
  // The reference knows each step alone: what a model did in others keeps no call from it.
  const config = { ...randomConfig(seed, log), liveSignals: openGate() };
  return runInProcess(buildGraph("random", plan), input, config);
}

describe("any graph, in any world", () => {
  it("comes to the result that working it out one step after the other gives", async () => {
    const comesToTheSame = asyncProperty(cases, async ({ plan, seed }) => {
      const expected = workOut(plan, input, seed);

      const ended = await run(plan, seed);

      const result = `completed with ${textOf(toPlainJson(expected.result))}`;
      const failures = expected.failures.map(({ code, step }) => `failed with ${code} of ${step}`);
      expect(failures.length === 0 ? [result] : failures).toContain(describeEnd(ended));
    });

    await assert(comesToTheSame, often);
  });

  it("makes the attempts that the models' behaviour asks for: none twice, none left out", async () => {
    const makesTheSame = asyncProperty(cases, async ({ plan, seed }) => {
      const expected = workOut(plan, input, seed);

      const { attempts } = await run(plan, seed);

      const made = attempts.filter(({ status }) => status !== "cancelled").map(describeAttempt);
      const asked = expected.attempts.map(describeAttempt);
      // Where something failed, time decides how far the rest came.
      const missing = expected.isWhole ? withoutOnce(asked, made) : [];
      expect({ more: withoutOnce(made, asked), missing }).toEqual({ more: [], missing: [] });
    });

    await assert(makesTheSame, often);
  });

  it("calls no model of a step before everything has ended that the step needs", async () => {
    const respectsNeeds = asyncProperty(cases, async ({ plan, seed }) => {
      const calls: LoggedCall[] = [];

      await run(plan, seed, (call) => calls.push(call));

      expect(findEarly(plan, calls)).toEqual([]);
    });

    await assert(respectsNeeds, often);
  });

  it("gives the same in a second run, time included", async () => {
    const isDeterministic = asyncProperty(cases, async ({ plan, seed }) => {
      const first = await run(plan, seed);
      const second = await run(plan, seed);

      expect(second).toEqual(first);
    });

    await assert(isDeterministic, { ...often, numRuns: 50 });
  });
});

describe("any graph", () => {
  it("comes back from JSON as it was", () => {
    const roundTrips = property(plans, (plan) => {
      const json = buildGraph("random", plan).toJSON();

      const back: unknown = JSON.parse(JSON.stringify(json));

      expect(back).toStrictEqual(json);
      expect(parseGraphJson(back)).toStrictEqual(json);
    });

    assert(roundTrips, often);
  });

  it("has each of its steps and edges in its Mermaid drawing", () => {
    const drawsAll = property(plans, (plan) => {
      const drawing = buildGraph("random", plan).toMermaid();
      const lines = drawing.split("\n").map((line) => line.trim().replace(/^subgraph /, ""));

      for (const { steps, place } of flowsOf(plan, "step_")) {
        for (const { id } of steps) {
          const box = `${place}${id}`;
          expect(
            lines.filter((line) => /^\w+/.exec(line)?.[0] === box && !/ -/.test(line)),
          ).toHaveLength(1);
          for (const need of needsOf(id, steps)) {
            const edge = new RegExp(`^${place}${need} -->(\\|"when"\\|)? ${box}$`);
            expect(lines.filter((line) => edge.test(line))).toHaveLength(1);
          }
        }
      }
    });

    assert(drawsAll, often);
  });
});

describe("ten random graphs on a Temporal server", () => {
  const WORLD = 1;
  const graphs = Object.entries(RANDOM_PLANS).map(([id, plan]) => ({
    id,
    plan,
    graph: buildGraph(id, plan),
    given: { word: id },
  }));
  const runs = new Map<string, Run>();
  const histories = new Map<string, History>();

  beforeAll(async () => {
    await withWorker(
      { config: randomConfig(WORLD), liveSignals: openGate() },
      async ({ client, temporal }) => {
        const ended = graphs.map(async ({ id, graph, given }) => {
          const runId = await client.start(graph, given);
          await client.waitUntilClosed(runId);
          runs.set(id, await client.get(runId));
          histories.set(id, await temporal.client.workflow.getHandle(runId).fetchHistory());
        });
        await Promise.all(ended);
      },
    );
  });

  it.each(graphs)(
    "come to the same as in process, such as $id",
    async ({ id, graph, plan, given }) => {
      const { failures, isWhole } = workOut(plan, given, WORLD);
      const onTemporal = runs.get(id);

      const inProcess = await runInProcess(graph, given, {
        ...randomConfig(WORLD),
        liveSignals: openGate(),
      });

      // Of two failures, time would decide which is first.
      expect(failures.length).toBeLessThanOrEqual(1);
      expect(onTemporal?.error?.code).toBe(inProcess.error?.code);
      expect(textOf(onTemporal?.result)).toBe(textOf(inProcess.result));
      const [here, there] = [inProcess.attempts, onTemporal?.attempts ?? []];
      expect(isWhole ? toComparable(there) : endedInBoth(there, here)).toEqual(
        isWhole ? toComparable(here) : endedInBoth(here, there),
      );
    },
  );

  it.each(graphs)("replay, such as $id", async ({ id }) => {
    const workflowBundle = { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" };

    const replayed = Worker.runReplayHistory({ workflowBundle }, histories.get(id));

    await expect(replayed).resolves.toBeUndefined();
  });
});

/** Of a run in process too: there it says more. */
type Attempted = Omit<ReferenceAttempt, "status"> & { readonly status: string };

function describeEnd({ status, result, error }: InProcessRun<unknown>): string {
  if (error === undefined) return `${status} with ${textOf(result)}`;
  const [, step] = /[Ss]tep "([^"]+)"/.exec(error.message) ?? [];
  return `${status} with ${error.code} of ${step}`;
}

function describeAttempt({ step, model, fallback, status, tries, kind }: Attempted): string {
  return `${step} of ${model} (${fallback}) ${status} after ${tries}: ${kind ?? "good"}`;
}

/** `list` without one of each that `others` has. */
function withoutOnce(list: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return list.filter((text) => {
    const index = left.indexOf(text);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}

/** All flows of a plan, each with what the ids of its steps begin with in a drawing. */
function flowsOf(
  plan: FlowPlan,
  place: string,
): readonly (FlowPlan & { readonly place: string })[] {
  const inner = plan.steps.flatMap((step) => {
    const at = `${place}${step.id}__`;
    if (step.kind === "map") return flowsOf(step.each, at);
    if (step.kind !== "branch") return [];
    return Object.entries(step.cases).flatMap(([name, flow]) => flowsOf(flow, `${at}${name}__`));
  });
  return [{ ...plan, place }, ...inner];
}
