/** Records the histories of all scenarios. Not a test: `npm run record-histories`. */

import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { historyToJson, type History } from "../../worker/history-json.ts";
import { readExecutions } from "../harness/executions.ts";
import { withShortHistories } from "../harness/short-histories.ts";
import { simulatedConfig, withWorker, type TestWorker } from "../harness/temporal.ts";
import { defaultReplies, SCENARIOS, type DrivenRun, type Scenario } from "./scenarios.ts";
import { formatEvents, stripMachine } from "./strip.ts";

const FOLDER = join(__dirname, "histories");

interface Recorded {
  readonly name: string;
  readonly history: History;
}

beforeAll(async () => {
  await mkdir(FOLDER, { recursive: true });
  for (const file of await readdir(FOLDER)) await rm(join(FOLDER, file));
});

it.each(SCENARIOS)("records $name", async (scenario) => {
  const config = scenario.config ?? simulatedConfig(scenario.replies ?? defaultReplies);
  await withWorker({ config }, async (worker) => {
    const recorded = await record(scenario, worker);
    for (const { name, history } of recorded) {
      const events = historyToJson(history).events.map((event) =>
        stripMachine(event, worker.taskQueue),
      );
      await writeFile(join(FOLDER, `${name}.json`), formatEvents(events));
    }
  });
});

/** The executions of the run and, after them, its children: each has a history of its own. */
async function record(scenario: Scenario, worker: TestWorker): Promise<Recorded[]> {
  const { client, temporal } = worker;
  const { name, graph, input, drive, events, ends = "completed" } = scenario;
  const starting = events === undefined ? client : withShortHistories(worker, events);
  const id = await starting.start(graph, input, { id: `history-${name}` });
  const handle = temporal.client.workflow.getHandle(id);
  await drive?.({ id, client, handle, untilOpen: (step) => untilOpen(client, id, step) });
  await client.waitUntilClosed(id);
  const { status } = await client.get(id);
  expect({ name, status }).toEqual({ name, status: ends });
  const histories = await readExecutions(worker, id);
  const executions = histories.map((history, index) => ({
    name: index === 0 ? name : `${name}-${index + 1}`,
    history,
  }));
  const children = await Promise.all(
    histories.flatMap(childrenOf).map(async ({ workflowId, graph: child }) => ({
      name: `${name}-${child}${/\[(\d+)\]$/.exec(workflowId)?.[1] ?? ""}`,
      history: await temporal.client.workflow.getHandle(workflowId).fetchHistory(),
    })),
  );
  return [...executions, ...children];
}

function childrenOf({ events }: History): readonly { workflowId: string; graph: string }[] {
  return (events ?? []).flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) => {
    const workflowId = started?.workflowExecution?.workflowId;
    const graph = started?.workflowType?.name;
    return workflowId && graph ? [{ workflowId, graph }] : [];
  });
}

/** Each query is answered by a worker, after what it has to do for the run. */
async function untilOpen(client: DrivenRun["client"], id: string, step: string): Promise<void> {
  for (;;) {
    const open = await client.openSteps(id);
    if (open.some((waiting) => waiting.step === step)) return;
  }
}
