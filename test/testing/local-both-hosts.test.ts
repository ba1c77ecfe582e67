import type { Attempt } from "../../client/run.ts";
import type { AnyGraph } from "../../graph/graph.ts";
import type { SimulatedCall, SimulatedReply } from "../../plugins/providers/simulated.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import type { Config } from "../../worker/config.ts";
import type { RunCost } from "../../workflows/queries.ts";
import { localVerbs, plannedLocally } from "../fixtures/graphs.ts";
import { toComparable } from "../harness/compare-attempts.ts";
import { plannedConfig } from "../harness/planned-world.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

/** The first writer is down, one summary stalls, the check asks for a tool, the second review is content. */
function replies({ step, model, prompt }: SimulatedCall): SimulatedReply {
  if (model === "first") return { fail: "not_found" };
  if (step === "check") {
    return prompt.includes(`"balance"`)
      ? { value: { fair: true } }
      : { calls: [{ id: "call-1", tool: "findAccount", input: { customer: "Ann" } }] };
  }
  if (step.endsWith("/review")) {
    return { value: { good: prompt.includes("round 2"), problem: "too short" } };
  }
  if (step.startsWith("summaries[1]")) return { stall: true };
  if (step.startsWith("summaries")) return { text: `summary of ${step}` };
  return { value: { text: `text of ${step}` } };
}

interface Ran {
  readonly graph: AnyGraph;
  readonly input: unknown;
  readonly config: Config;
  readonly maxCachedWorkflows?: number;
}

async function runOnTemporal({ graph, input, ...options }: Ran) {
  return withWorker(options, async ({ client, temporal }) => {
    const id = await client.start(graph, input);
    await client.waitUntilClosed(id);
    const { result, error, attempts } = await client.get(id);
    const handle = temporal.client.workflow.getHandle(id);
    const recorded = await handle.query<readonly Attempt[]>("attempts");
    const cost = await handle.query<RunCost>("cost");
    const { events } = await handle.fetchHistory();
    const activities = (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: asked }) => asked?.activityId ?? [],
    );
    return { result, error, attempts, recorded, cost, activities };
  });
}

/** As it is on both hosts: what a call was cancelled with has other words in a history. */
function told(attempts: readonly Attempt[]): readonly string[] {
  return toComparable(attempts.map(({ message: _message, ...attempt }) => attempt));
}

describe("a graph whose attempts are local", () => {
  const input = { customer: "Ann", lines: ["a", "b", "c"] };

  it.each<[string, Pick<Ran, "maxCachedWorkflows">]>([
    ["and goes on where it was", {}],
    ["and is replayed at every workflow task", { maxCachedWorkflows: 0 }],
  ])("gives the same on both hosts %s", async (_name, options) => {
    const config = simulatedConfig(replies);

    const inProcess = await runInProcess(localVerbs, input, config);
    const onTemporal = await runOnTemporal({ graph: localVerbs, input, config, ...options });

    const { result, error, attempts, recorded, cost, activities } = onTemporal;
    expect(error).toEqual(inProcess.error);
    expect(result).toEqual(inProcess.result);
    expect(toComparable(attempts)).toEqual(toComparable(inProcess.attempts));
    expect(toComparable(recorded)).toEqual(toComparable(inProcess.attempts));
    const { callMs: _callMs, ...charged } = inProcess.cost;
    expect(cost).toMatchObject(charged);
    // Tools and what is not placed so: all else is in markers.
    expect(activities).toEqual(["check#0/0", "letter[1]/review#0", "letter[2]/review#0"]);
  });

  it("gives the same on both hosts where its routes have plans", async () => {
    const config = plannedConfig();
    const say = { say: "hello" };

    const inProcess = await runInProcess(plannedLocally, say, config);
    const onTemporal = await runOnTemporal({ graph: plannedLocally, input: say, config });

    const { result, error, attempts, recorded, cost, activities } = onTemporal;
    expect(error).toEqual(inProcess.error);
    expect(result).toEqual(inProcess.result);
    expect(told(attempts)).toEqual(told(inProcess.attempts));
    expect(told(recorded)).toEqual(told(inProcess.attempts));
    const { callMs: _callMs, ...charged } = inProcess.cost;
    expect(cost).toMatchObject(charged);
    // Judges are not placed, and voices are asked side by side.
    const voices = ["voted#0", "voted#1", "voted#2", "voted#3", "picked#0", "picked#1", "picked#2"];
    const judges = ["climbed?judge[2]#0", "climbed?judge[3]#0", "picked?judge#0"];
    expect(activities.toSorted()).toEqual([...voices, ...judges].toSorted());
  });
});
