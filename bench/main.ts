/** Takes all measurements: one JSON object a line, and all of them in `bench/results/latest.json`. */

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { measureCancel } from "./cancel.ts";
import { measureEvents } from "./events.ts";
import { measureFaultMatrix } from "./fault-matrix.ts";
import { measureGraphAsData } from "./graph-as-data.ts";
import { measurePlacements } from "./placements.ts";
import { measureRanking } from "./ranking.ts";
import { measureGuardrailSpeed } from "./guardrail-speed.ts";
import { measureRest } from "./rest.ts";
import type { Result } from "./result.ts";
import { measureRoutingSimulation } from "./routing-simulation.ts";
import { measureRoutes } from "./routes.ts";
import { measureTokens } from "./tokens.ts";
import { measureTypeCheck } from "./type-check.ts";

/** In the order in which they run. */
const TOPICS: readonly (() => readonly Result[] | Promise<readonly Result[]>)[] = [
  measureGraphAsData,
  measureTokens,
  measureRoutes,
  measureRanking,
  measureRoutingSimulation,
  measureTypeCheck,
  measureFaultMatrix,
  measureCancel,
  measureEvents,
  measureRest,
  measurePlacements,
  measureGuardrailSpeed,
];

/** Built, this lies in `dist/bench/`. */
const FOLDER = new URL("../../bench/results/", import.meta.url);

const machine = {
  node: process.version,
  cores: availableParallelism(),
  platform: process.platform,
};
console.log(JSON.stringify({ machine }));

const results: Result[] = [];
for (const measureTopic of TOPICS) {
  for (const result of await measureTopic()) {
    console.log(JSON.stringify(result));
    results.push(result);
  }
}

mkdirSync(FOLDER, { recursive: true });
const latest = `${JSON.stringify({ machine, results }, null, 2)}\n`;
writeFileSync(new URL("latest.json", FOLDER), latest);
process.exitCode = results.some(({ ok }) => ok === false) ? 1 : 0;
