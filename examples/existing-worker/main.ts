/** A Temporal worker and client as a project may have had them before, with Signalbox added as a plugin. */

import { Client } from "@temporalio/client";
import { Worker } from "@temporalio/worker";
import { fileURLToPath } from "node:url";
import { openTemporal, SignalboxPlugin } from "signalbox/worker";
import * as activities from "./activities.ts";
import * as graphs from "./graphs.ts";
import config from "./signalbox.config.ts";
import { invoice, letter } from "./workflows.ts";

// Connects as Temporal's environment variables say, and makes sure that the server has our search attributes.
const temporal = await openTemporal();
const { connection, namespace } = temporal;

const plugin = new SignalboxPlugin({ config, graphs });

const worker = await Worker.create({
  connection,
  namespace,
  taskQueue: "billing",
  workflowsPath: fileURLToPath(new URL("workflows.js", import.meta.url)),
  activities,
  plugins: [plugin],
});
const client = new Client({ connection, namespace, plugins: [plugin] });

await worker.runUntil(async () => {
  const start = { taskQueue: "billing", workflowId: `billing-${crypto.randomUUID()}` };
  console.log(await client.workflow.execute(invoice, { ...start, args: ["Ann"] }));
  const { text } = await client.workflow.execute(graphs.reminder, {
    ...start,
    workflowId: `${start.workflowId}-reminder`,
    args: [{ customer: "Ann" }],
  });
  console.log(text);
  console.log(
    await client.workflow.execute(letter, {
      ...start,
      workflowId: `${start.workflowId}-letter`,
      args: ["I have paid already."],
    }),
  );
});
await temporal.close();
