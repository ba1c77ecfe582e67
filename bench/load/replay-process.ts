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
// The engine compiles what runs often.
await replay(Math.ceil(Number(count) / 4));
const before = process.cpuUsage();
await replay(Number(count));
const { user, system } = process.cpuUsage(before);

reportReady({ cpuMsPerRun: (user + system) / 1_000 / Number(count) } satisfies ReplayReady, () =>
  Promise.resolve(),
);

async function replay(times: number): Promise<void> {
  const histories = Array.from({ length: times }, (_, index) => ({
    workflowId: `replay-${index}`,
    history,
  }));
  const results = Worker.runReplayHistories({ workflowBundle: { codePath: bundle } }, histories);
  for await (const { error } of results) if (error) throw error;
}
