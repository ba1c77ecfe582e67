/** Replays one history many times, in a process of its own. Ready with the CPU that one took. */

import { readFile } from "node:fs/promises";
import { DefaultLogger, Runtime, Worker } from "@temporalio/worker";
import { historyFromJson } from "../../worker/history-json.ts";
import { reportReady } from "./child-side.ts";

/** What the process is ready with. */
export interface ReplayReady {
  readonly cpuMsPerRun: number;
}

const [bundle = "", historyFile = "", count = ""] = process.argv.slice(2);

Runtime.install({ logger: new DefaultLogger("WARN"), shutdownSignals: [] });
const history = historyFromJson(JSON.parse(await readFile(historyFile, "utf8")));
const counted = Number(count);
// What is there once for all, and what the engine has yet to compile.
const uncounted = Math.ceil(counted / 2);
const cpuMsPerRun = await measure();

reportReady({ cpuMsPerRun } satisfies ReplayReady, () => Promise.resolve());

async function measure(): Promise<number> {
  const histories = Array.from({ length: uncounted + counted }, (_, index) => ({
    workflowId: `replay-${index}`,
    history,
  }));
  const results = Worker.runReplayHistories({ workflowBundle: { codePath: bundle } }, histories);
  let replayed = 0;
  let before = process.cpuUsage();
  for await (const { error } of results) {
    if (error) throw error;
    if (++replayed === uncounted) before = process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / counted;
}
