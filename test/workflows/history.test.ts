import { Worker } from "@temporalio/worker";
import type { History } from "../../client/trail/history-event.ts";
import { handWritten, threeSteps } from "../fixtures/graphs.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";

const config = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  return step === "draft" ? { value: { text: "Freeze it." } } : { value: { fit: true } };
});

/** The histories of a run of ours and of the hand-written workflow with the same three calls. */
async function histories(): Promise<{ ours: History; theirs: History }> {
  return withWorker({ config }, async ({ client, temporal, taskQueue }) => {
    const id = await client.start(threeSteps, { body: "My card is gone" });
    await client.result(threeSteps, id);
    const other = await temporal.client.workflow.start(handWritten, {
      workflowId: `hand-${taskQueue}`,
      taskQueue,
    });
    await other.result();
    return {
      ours: await temporal.client.workflow.getHandle(id).fetchHistory(),
      theirs: await other.fetchHistory(),
    };
  });
}

describe("the history of a three-step run", () => {
  it("has at most one event more per step than a hand-written workflow, and one for the run's end", async () => {
    const { ours, theirs } = await histories();

    const events = ours.events?.length ?? 0;
    expect(events).toBeGreaterThan(0);
    expect(events - (theirs.events?.length ?? 0)).toBeLessThanOrEqual(3 + 1);
  });

  it("shows each attempt by step, model and fallback", async () => {
    const { ours } = await histories();

    const decoder = new TextDecoder();
    const summaries = (ours.events ?? [])
      .filter((event) => event.activityTaskScheduledEventAttributes)
      .map((event) => decoder.decode(event.userMetadata?.summary?.data ?? undefined));
    expect(summaries).toEqual([
      '"triage · simulated/small"',
      '"draft · simulated/first"',
      '"review · simulated/small"',
    ]);
  });

  it("replays, and a history whose steps were swapped does not", async () => {
    const { ours } = await histories();
    const workflowBundle = { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" };

    await Worker.runReplayHistory({ workflowBundle }, ours);
    const swapped = structuredClone(ours);
    for (const event of swapped.events ?? []) {
      const scheduled = event.activityTaskScheduledEventAttributes;
      if (scheduled?.activityId === "triage#0") scheduled.activityId = "draft#0";
    }

    await expect(Worker.runReplayHistory({ workflowBundle }, swapped)).rejects.toMatchObject({
      name: "DeterminismViolationError",
    });
  });
});
