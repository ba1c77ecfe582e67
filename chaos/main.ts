/** `npm run chaos`: breaks everything around running graphs, and says what came of it. Exit code 1 where a figure is not as required. */

import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installQuietRuntime } from "../worker/replay.ts";
import { bundleGraphs } from "../worker/bundle-graphs.ts";
import { isGood, writeTable } from "./report.ts";
import { runChaos } from "./run-chaos.ts";

const USAGE = `npm run chaos -- [--seed N] [--runs N] [--minutes N] [--workers N] [--at-once N] [--gap SECONDS]

  --seed     what load and faults are drawn from; default: another one each time
  --runs     default: 500
  --minutes  after which runs that have not ended are lost; default: 60
  --workers  default: 3
  --at-once  runs that are open at once; default: 40
  --gap      seconds between two faults, on average; default: 2
  --faults   no more than so many; default: for as long as runs are open
  --results  folder for latest.json and for the histories of runs that something was found of; default: chaos/results`;

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "500" },
    minutes: { type: "string", default: "60" },
    workers: { type: "string", default: "3" },
    "at-once": { type: "string", default: "40" },
    gap: { type: "string", default: "2" },
    faults: { type: "string", default: "Infinity" },
    results: {
      type: "string",
      default: fileURLToPath(new URL("../../chaos/results", import.meta.url)),
    },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log(USAGE);
} else {
  const seed = values.seed === undefined ? randomInt(1e9) : Number(values.seed);
  const again = `npm run chaos -- --seed ${seed} --runs ${values.runs} --workers ${values.workers} --at-once ${values["at-once"]} --gap ${values.gap}`;
  console.error(`The same load and the same faults again: ${again}`);
  // What it has started is ended as it exits, which a signal alone would not see to.
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => process.exit(1));
  installQuietRuntime();
  const report = await runChaos({
    seed,
    runs: Number(values.runs),
    workers: Number(values.workers),
    concurrency: Number(values["at-once"]),
    gapMs: Number(values.gap) * 1_000,
    mostFaults: Number(values.faults),
    giveUpMs: Number(values.minutes) * 60_000,
    script: new URL("worker-process.js", import.meta.url),
    bundle: await bundleGraphs(new URL("graphs.js", import.meta.url)),
    suspects: join(values.results, "suspects"),
    onProgress: (line) => console.error(line),
  });
  mkdirSync(values.results, { recursive: true });
  writeFileSync(join(values.results, "latest.json"), `${JSON.stringify(report, null, 2)}\n`);
  console.log(JSON.stringify(report));
  console.error(writeTable(report));
  if (!isGood(report)) console.error(`Not as required. Again: ${again}`);
  process.exitCode = isGood(report) ? 0 : 1;
}
