/** `npm start`: Temporal, a worker and the API in one process, and the twelve tickets as runs. */

import { readFileSync } from "node:fs";
import { once } from "node:events";
import { parseArgs } from "node:util";
import type { InputOf } from "signalbox";
import { apiOptionsFromEnv, startApi } from "signalbox/api";
import { linkToRuns, SignalboxClient, temporalUiOf, type Run } from "signalbox/client";
import { assertPortFree, openTemporal, startWorker } from "signalbox/worker";
import * as graphs from "./graphs.ts";
import { printRuns } from "./print-runs.ts";
import config from "./signalbox.config.ts";

type Ticket = InputOf<typeof graphs.support>;

const TICKETS = new URL(
  "examples/support/tickets.jsonl",
  import.meta.resolve("signalbox/package.json"),
);

const { values: flags } = parseArgs({ options: { once: { type: "boolean", default: false } } });
/** What has been started, to be stopped in the opposite order, whatever happens. */
const started: (() => Promise<void>)[] = [];
const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);

try {
  process.exitCode = await main();
} catch (error) {
  // Errors of Signalbox say what to do; the stack of anything else helps whoever mends it.
  console.error(error instanceof Error && "code" in error ? error.message : error);
  process.exitCode = 1;
} finally {
  for (const stop of started.toReversed()) await stop();
}

async function main(): Promise<number> {
  const settings = apiOptionsFromEnv();
  const { port = 8080, authenticator } = settings;
  await assertPortFree(port, "the API", "SIGNALBOX_PORT");

  console.log("Opening the connection to Temporal");
  const temporal = await openTemporal({
    databaseFile: ".signalbox/temporal.db",
    // With encryption the Temporal UI asks the API for the plain text. With keys a person lets it: see docs/reference/codec.md.
    ...(!authenticator && { codecEndpoint: `http://127.0.0.1:${port}/codec` }),
    onProgress: (line) => console.log(line),
  });
  started.push(() => temporal.close());
  console.log(`Bundling the graphs for the worker at ${temporal.address}`);
  const worker = await startWorker({
    config,
    graphs,
    graphsUrl: new URL("graphs.js", import.meta.url),
    temporal,
  });
  started.push(() => worker.stop());
  const client = new SignalboxClient({ temporal: temporal.client });
  const temporalUi = temporalUiOf(temporal);
  const { graphs: served, models, auditSource } = worker;
  const parts = { client, graphs: served, models, auditSource, temporalUi };
  const api = await startApi({ ...settings, ...parts });
  started.push(() => api.stop());

  console.log(`Models: ${describeModels()}`);
  console.log("Running twelve tickets\n");
  const runs = await runTickets(client);
  printRuns(runs);
  console.log(`\nTemporal UI   ${temporalUi ? linkToRuns(temporalUi) : "unknown"}`);
  console.log(`API           ${api.url}/v1/graphs`);

  if (!flags.once) {
    console.log("\nUp until Ctrl-C.");
    await Promise.race([interrupted, worker.stopped]);
  }
  return runs.every(({ run }) => run.status === "completed") ? 0 : 1;
}

async function runTickets(client: SignalboxClient): Promise<{ ticket: Ticket; run: Run }[]> {
  const lines = readFileSync(TICKETS, "utf8").trim().split("\n");
  return Promise.all(
    lines.map(async (line) => {
      const ticket: Ticket = JSON.parse(line);
      const id = await client.start(graphs.support, ticket);
      await client.waitUntilClosed(id);
      return { ticket, run: await client.get(id) };
    }),
  );
}

function describeModels(): string {
  const ids = config.providers.map(({ id }) => id);
  return ids.includes("simulated")
    ? "SIMULATED, no model is called. Set OPENAI_API_KEY or OPENROUTER_API_KEY, or start Ollama, to use real ones."
    : `real, from ${ids.join(", ")}.`;
}
