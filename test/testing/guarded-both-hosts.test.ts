import { setTimeout } from "node:timers/promises";
import type { Attempt } from "../../client/run.ts";
import { runInProcess } from "../../testing/run-in-process.ts";
import type { RunCost, RunState } from "../../workflows/queries.ts";
import { guarded } from "../fixtures/guarded.ts";
import { guardedConfig, MAGIC_WORD } from "../harness/guarded-world.ts";
import { withWorker } from "../harness/temporal.ts";

const input = { say: MAGIC_WORD };

/** What is told of every attempt, whatever the host: no times. */
function told({ durationMs: _durationMs, guards, ...attempt }: Attempt): object {
  return { ...attempt, guards: guards?.map(({ durationMs: _took, ...verdict }) => verdict) };
}

async function runOnTemporal() {
  return withWorker({ config: guardedConfig() }, async ({ client, temporal }) => {
    const id = await client.start(guarded, input);
    const handle = temporal.client.workflow.getHandle(id);
    // Each look is a query, which the run answers once it has come to its next stop.
    while ((await client.openSteps(id)).length === 0) await setTimeout(100);
    await client.decide(id, "asked/$guard", { allow: true }, { by: "ada" });
    await client.waitUntilClosed(id);
    const { result, error, attempts } = await client.get(id);
    const recorded = await handle.query<readonly Attempt[]>("attempts");
    const cost = await handle.query<RunCost>("cost");
    const state = await handle.query<RunState>("state");
    return { result, error, attempts, recorded, cost, state };
  });
}

describe("a guarded graph", () => {
  let onTemporal: Awaited<ReturnType<typeof runOnTemporal>>;

  beforeAll(async () => {
    onTemporal = await runOnTemporal();
  });

  it("gives the same on both hosts", async () => {
    const decisions = { "asked/$guard": { allow: true } };
    const inProcess = await runInProcess(guarded, input, { ...guardedConfig(), decisions });

    expect(inProcess.error).toBeUndefined();
    expect(onTemporal.error).toBeUndefined();
    expect(onTemporal.result).toEqual(inProcess.result);
    expect(onTemporal.result).toEqual({
      redacted: { text: `say ${MAGIC_WORD}` },
      judged: { text: "by two" },
      served: { text: "[MAGIC_WORD_1]" },
      asked: { text: MAGIC_WORD },
    });
    expect(onTemporal.attempts.map(told)).toEqual(inProcess.attempts.map(told));
    const { callMs: _callMs, ...cost } = inProcess.cost;
    expect(onTemporal.cost).toMatchObject(cost);
  });

  it("tells from its history what its own record says, verdicts included", () => {
    const { attempts, recorded } = onTemporal;

    expect(attempts.map(told)).toEqual(recorded.map(told));
    expect(attempts.map(({ step, model, kind }) => `${step} ${model} ${kind ?? "ok"}`)).toEqual([
      "redacted simulated/one ok",
      "judged simulated/one guardrail_blocked",
      "judged?guard.tone simulated/small ok",
      "judged simulated/two ok",
      "judged?guard.tone[2] simulated/small ok",
      "served simulated/one ok",
      "asked simulated/one ok",
    ]);
  });

  it("knows who let it pass", () => {
    expect(onTemporal.state.decisions).toMatchObject([
      { step: "asked/$guard", value: { allow: true }, by: "ada" },
    ]);
  });
});
