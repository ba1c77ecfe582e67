import type { Attempt } from "../../client/run.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import type { RunCost } from "../../workflows/queries.ts";
import { planned } from "../fixtures/plans.ts";
import { plannedConfig } from "../harness/planned-world.ts";
import { withWorker } from "../harness/temporal.ts";

/** What is told of every attempt, whatever the host: no times, and no words of a host's own. */
function told({ durationMs: _durationMs, message: _message, ...attempt }: Attempt): object {
  return attempt;
}

async function runOnTemporal() {
  return withWorker({ config: plannedConfig() }, async ({ client, temporal }) => {
    const id = await client.start(planned, { say: "hello" });
    await client.waitUntilClosed(id);
    const { result, error, attempts } = await client.get(id);
    const handle = temporal.client.workflow.getHandle(id);
    const recorded = await handle.query<readonly Attempt[]>("attempts");
    const cost = await handle.query<RunCost>("cost");
    return { result, error, attempts, recorded, cost };
  });
}

describe("a graph whose routes have plans", () => {
  let onTemporal: Awaited<ReturnType<typeof runOnTemporal>>;

  beforeAll(async () => {
    onTemporal = await runOnTemporal();
  });

  it("gives the same on both hosts", async () => {
    const inProcess = await runInProcess(planned, { say: "hello" }, plannedConfig());

    expect(inProcess.error).toBeUndefined();
    expect(onTemporal.error).toBeUndefined();
    expect(onTemporal.result).toEqual(inProcess.result);
    expect(onTemporal.result).toEqual({
      climbed: { verdict: "three", sure: 0.75 },
      voted: { verdict: "same", sure: 1 },
      picked: { verdict: "two on pick hello", sure: 1 },
      feedback: 0.75,
    });
  });

  it("makes the same attempts and costs the same on both hosts", async () => {
    const inProcess = await runInProcess(planned, { say: "hello" }, plannedConfig());

    expect(onTemporal.attempts.map(told)).toEqual(inProcess.attempts.map(told));
    const { callMs: _callMs, ...cost } = inProcess.cost;
    expect(onTemporal.cost).toMatchObject(cost);
    expect(cost).toMatchObject({ fallbacks: 0, failures: 1 });
    expect(cost.unusedNanoUsd).toBeGreaterThan(0);
  });

  it("tells from its history what its own record says", () => {
    const { attempts, recorded } = onTemporal;

    expect(attempts.map(told)).toEqual(recorded.map(told));
    const ends = attempts.map(({ step, model, status, isUsed, rejected }) => {
      const name = `${step} ${model.replace("simulated/", "")} ${status}`;
      return isUsed === false ? `${name}, not used: ${rejected ?? "says the same"}` : name;
    });
    expect(ends).toEqual([
      "climbed one completed, not used: sure 0.25 is below 0.5",
      "climbed two completed, not used: the judge's score 0.4 is below 0.7",
      "climbed?judge[2] small completed",
      "climbed three completed",
      "climbed?judge[3] small completed",
      "voted one failed",
      "voted two completed",
      "voted three cancelled",
      "voted four completed, not used: says the same",
      "picked one completed, not used: the judge picked another",
      "picked two completed",
      "picked three completed, not used: the judge picked another",
      "picked?judge small completed",
    ]);
  });

  it("reports the reward of the model whose reply was used", async () => {
    const { rewards } = await runInProcess(planned, { say: "hello" }, plannedConfig());

    expect(rewards).toEqual([
      { graph: "planned", step: "climbed", model: "simulated/three", value: 0.75 },
    ]);
  });
});
