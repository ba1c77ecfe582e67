/**
 * Takes measurements: one JSON object a line, and all of them in `bench/results/latest.json`. All topics, or those that are
 * named: `npm run bench -- rest growth`.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { measureAudit } from "./audit.ts";
import { measureAuditSinks } from "./audit-sinks.ts";
import { measureCancel } from "./cancel.ts";
import { measureEvents } from "./events.ts";
import { measureFaultMatrix } from "./fault-matrix.ts";
import { measureFootprint } from "./footprint.ts";
import { measureGraphAsData } from "./graph-as-data.ts";
import { measureLargeMap } from "./large-map.ts";
import { measurePayloads } from "./payloads.ts";
import { measureRanking } from "./ranking.ts";
import { measureGrowth } from "./growth.ts";
import { measureGuardrailSpeed } from "./guardrail-speed.ts";
import { measureOneStep } from "./one-step.ts";
import { wantedTopics } from "./options.ts";
import { measureResidentMemory } from "./resident-memory.ts";
import { measureRest } from "./rest.ts";
import type { Result } from "./result.ts";
import { measureRoutingSimulation } from "./routing-simulation.ts";
import { measureRoutes } from "./routes.ts";
import { measureThreeSteps } from "./three-steps.ts";
import { measureTokens } from "./tokens.ts";
import { measureTypeCheck } from "./type-check.ts";
import { measureWorkers } from "./workers.ts";

/** By name, in the order in which they run. */
const TOPICS: Readonly<Record<string, () => readonly Result[] | Promise<readonly Result[]>>> = {
  "graph-as-data": measureGraphAsData,
  tokens: measureTokens,
  routes: measureRoutes,
  ranking: measureRanking,
  "audit-sinks": measureAuditSinks,
  payloads: measurePayloads,
  audit: measureAudit,
  "routing-simulation": measureRoutingSimulation,
  "type-check": measureTypeCheck,
  "fault-matrix": measureFaultMatrix,
  cancel: measureCancel,
  events: measureEvents,
  rest: measureRest,
  "guardrail-speed": measureGuardrailSpeed,
  "three-steps": measureThreeSteps,
  "one-step": measureOneStep,
  footprint: measureFootprint,
  growth: measureGrowth,
  "resident-memory": measureResidentMemory,
  "large-map": measureLargeMap,
  workers: measureWorkers,
};

/** Built, this lies in `dist/bench/`. */
const FOLDER = new URL("../../bench/results/", import.meta.url);

const machine = {
  node: process.version,
  cores: availableParallelism(),
  platform: process.platform,
};
console.log(JSON.stringify({ machine }));

const results: Result[] = [];
for (const measureTopic of chooseTopics()) {
  for (const result of await measureTopic()) {
    console.log(JSON.stringify(result));
    results.push(result);
  }
}

mkdirSync(FOLDER, { recursive: true });
const latest = `${JSON.stringify({ machine, results }, null, 2)}\n`;
writeFileSync(new URL("latest.json", FOLDER), latest);
process.exitCode = results.some(({ ok }) => ok === false) ? 1 : 0;

function chooseTopics(): readonly (typeof TOPICS)[string][] {
  if (wantedTopics.length === 0) return Object.values(TOPICS);
  return wantedTopics.map((name) => {
    const topic = TOPICS[name];
    if (topic !== undefined) return topic;
    throw new Error(
      `There is no topic "${name}". Name some of: ${Object.keys(TOPICS).join(", ")}.`,
    );
  });
}
