/** What is asked of Temporal to tell all of a run, of a run that ends while it is read. */

import { join } from "node:path";
import type { Client, WorkflowHandle } from "@temporalio/client";
import { TypedSearchAttributes } from "@temporalio/common";
import { loadDataConverter } from "@temporalio/common/lib/internal-non-workflow/index.js";
import { readWhole } from "../../client/read-whole.ts";
import { readHistoryFile, type History } from "../../worker/read-history.ts";

let whole: History;
/** While its first model is called. */
let begun: History;

beforeAll(async () => {
  whole = await readHistoryFile(join(__dirname, "../replay/histories/in-a-row.json"));
  begun = { events: whole.events?.slice(0, 7) ?? [] };
});

const ID = "default.graph-1";

type Status = "RUNNING" | "COMPLETED";

/** Answers with these in turn, and with the last of them from then on. */
function temporalThatSays(statuses: readonly Status[], histories: readonly History[]) {
  const asked: string[] = [];
  const times = (what: string): number => asked.filter((one) => one === what).length - 1;
  const handle = {
    workflowId: ID,
    async describe() {
      asked.push("describe");
      const name = statuses[times("describe")] ?? statuses.at(-1);
      const startTime = new Date(0);
      const typedSearchAttributes = new TypedSearchAttributes([]);
      return { workflowId: ID, type: "graph", status: { name }, startTime, typedSearchAttributes };
    },
    async fetchHistory() {
      asked.push("history");
      return histories[times("history")] ?? histories.at(-1);
    },
  };
  const options = { loadedDataConverter: loadDataConverter(undefined) };
  const client = { workflow: { getHandle: () => handle, options } };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The part of a client that is asked.
  const temporal = client as unknown as Client;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The part of a handle that is asked.
  return { asked, read: () => readWhole(temporal, handle as unknown as WorkflowHandle) };
}

it("asks twice for a run that has ended, its result included", async () => {
  const { asked, read } = temporalThatSays(["COMPLETED"], [whole]);

  const run = await read();

  expect(asked.toSorted()).toEqual(["describe", "history"]);
  expect(run.status).toBe("completed");
  expect(run.result).toBeDefined();
});

it("has no end of a run that is going", async () => {
  const { asked, read } = temporalThatSays(["RUNNING"], [begun]);

  const run = await read();

  expect(asked.toSorted()).toEqual(["describe", "history"]);
  expect(run.status).toBe("running");
  expect(run).not.toHaveProperty("result");
  expect(run).not.toHaveProperty("error");
  expect(run.attempts).toMatchObject([{ status: "running" }]);
});

it.each([
  { name: "its history", statuses: ["RUNNING", "COMPLETED"], histories: () => [whole] },
  { name: "its description", statuses: ["COMPLETED"], histories: () => [begun, whole] },
] as const)(
  "tells of one moment, when the run ended just before $name",
  async ({ statuses, histories }) => {
    const { read } = temporalThatSays(statuses, histories());
    const { read: readLater } = temporalThatSays(["COMPLETED"], [whole]);

    expect(await read()).toEqual(await readLater());
  },
);
