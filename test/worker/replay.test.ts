import { pathToFileURL } from "node:url";
import { diamond, threeSteps } from "../fixtures/graphs.ts";
import * as graphs from "../fixtures/graphs.ts";
import { simulatedConfig, withWorker } from "../harness/temporal.ts";
import { historyFromJson, historyToJson, type History } from "../../worker/history-json.ts";
import { replayHistories, type RecordedRun, type Replayed } from "../../worker/replay.ts";

const config = simulatedConfig(({ step }) => {
  if (step === "triage") return { value: { kind: "card" } };
  if (step === "draft") return { value: { text: "hello" } };
  return step === "review" ? { value: { fit: true } } : { text: step };
});

let inARow: History;
let sideBySide: History;

beforeAll(async () => {
  [inARow, sideBySide] = await withWorker({ config }, async ({ client, temporal }) => {
    const record = async (graph: typeof threeSteps | typeof diamond): Promise<History> => {
      const id = await client.start(graph, { body: "one" });
      await client.waitUntilClosed(id);
      return temporal.client.workflow.getHandle(id).fetchHistory();
    };
    return [await record(threeSteps), await record(diamond)];
  });
});

async function replay(...runs: readonly RecordedRun[]): Promise<readonly Replayed[]> {
  const bundle = { codePath: process.env["SIGNALBOX_TEST_BUNDLE"] ?? "" };
  const options = { graphs, graphsUrl: pathToFileURL(__filename), bundle };
  const results: Replayed[] = [];
  for await (const result of replayHistories(options, runs)) results.push(result);
  return results;
}

/** The history, with its text changed; each pair has to be there. */
function replaced(history: History, ...pairs: readonly (readonly [string, string])[]): History {
  let text = JSON.stringify(historyToJson(history));
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`No ${from} in the history`);
    text = text.replaceAll(from, to);
  }
  return historyFromJson(JSON.parse(text));
}

describe("replayHistories", () => {
  it("passes whole histories, and one of a run that is still going", async () => {
    const { events = [] } = inARow;
    const going = { events: events?.slice(0, 14) };

    const results = await replay(
      { name: "in a row", history: inARow },
      { name: "side by side", history: sideBySide },
      { name: "going", history: going },
    );

    expect(results).toMatchObject([
      { name: "in a row", graph: "threeSteps", version: "1", status: "ok" },
      { name: "side by side", graph: "diamond", version: "1", status: "ok" },
      { name: "going", graph: "threeSteps", events: 14, status: "ok" },
    ]);
  });

  it("finds that two steps side by side have changed places", async () => {
    const history = replaced(
      sideBySide,
      [`"activityId":"left#0"`, `"activityId":"?"`],
      [`"activityId":"right#0"`, `"activityId":"left#0"`],
      [`"activityId":"?"`, `"activityId":"right#0"`],
    );

    const [result] = await replay({ name: "swapped", history });

    expect(result).toMatchObject({
      status: "different",
      difference: {
        step: "right",
        expected: `attempt "right#0" of step "right"`,
        found: `attempt "left#0" of step "left"`,
        eventId: expect.any(Number),
        message: expect.stringContaining("TMPRL1100"),
      },
    });
  });

  it("reads histories of older tools, which name events in another way", async () => {
    const history = replaced(
      inARow,
      ["EVENT_TYPE_WORKFLOW_EXECUTION_STARTED", "WorkflowExecutionStarted"],
      ["EVENT_TYPE_ACTIVITY_TASK_SCHEDULED", "ActivityTaskScheduled"],
      ["TASK_QUEUE_KIND_NORMAL", "Normal"],
    );

    const results = await replay({ name: "old", history });

    expect(results).toMatchObject([{ status: "ok" }]);
  });

  it("goes on after a history that cannot be replayed", async () => {
    const results = await replay(
      { name: "empty", history: { events: [] } },
      { name: "unread", history: new Error("no such file") },
      { name: "unknown", history: replaced(inARow, [`"threeSteps"`, `"fourSteps"`]) },
      { name: "good", history: inARow },
    );

    expect(results).toMatchObject([
      { status: "not replayed", error: { code: "REPLAY_NOT_A_HISTORY" } },
      { status: "not replayed", error: { message: "no such file" } },
      { status: "not replayed", error: { code: "REPLAY_UNKNOWN_GRAPH" } },
      { status: "ok" },
    ]);
  });
});
