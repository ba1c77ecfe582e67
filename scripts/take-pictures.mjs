// Takes the pictures of docs/pictures/ in the Temporal UI: npm run build && node scripts/take-pictures.mjs
// Starts a server and a worker of its own, and runs the complaints example in each state a run can be in.
// Needs Chromium (Debian's package, or CHROMIUM=path).

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { SignalboxClient } from "signalbox/client";
import { simulated } from "signalbox/providers/simulated";
import { openTemporal, startWorker } from "signalbox/worker";
import config from "../dist/examples/complaints/signalbox.config.js";
import { answerAsSimulated } from "../dist/examples/complaints/simulated-answers.js";
import { openBrowser } from "./lib/browser.mjs";
import * as graphs from "../dist/examples/complaints/graphs.js";

const folder = process.env.PICTURES ?? "docs/pictures";

const refund = {
  customer: "Ann",
  body: "I was charged twice and want my money back.",
  attachments: ["Statement of May. Two charges."],
};

/** The example's models, except that a letter to Bob is never finished and nobody has an answer for Carl. */
const replies = (call) => {
  const about = (name) => call.step.startsWith("letter") && call.prompt.includes(`of ${name}.`);
  if (about("Bob")) return { stall: true };
  if (about("Carl")) return { fail: "insufficient_credit", httpStatus: 402 };
  return answerAsSimulated(call);
};

const databaseFile = join(await mkdtemp(join(tmpdir(), "signalbox-pictures-")), "temporal.db");
const temporal = await openTemporal({
  databaseFile,
  env: { ...process.env, SIGNALBOX_TEMPORAL_PORT: "7253", SIGNALBOX_TEMPORAL_UI_PORT: "8253" },
});
const worker = await startWorker({
  config: { ...config, providers: [simulated({ replies })] },
  graphs,
  graphsUrl: new URL("../dist/examples/complaints/graphs.js", import.meta.url),
  temporal,
});
const client = new SignalboxClient({ temporal: temporal.client });

const start = (id, customer) => client.start(graphs.complaint, { ...refund, customer }, { id });
const untilWaiting = async (id) => {
  while ((await client.openSteps(id)).length === 0);
};

await start("complaint-done", "Ann");
await untilWaiting("complaint-done");
const sender = { by: "ann@bank.example", comment: "She is right." };
await client.decide("complaint-done", "signoff", { approved: true }, sender);
await start("complaint-waiting", "Ann");
await start("complaint-running", "Bob");
await start("complaint-failed", "Carl");
await untilWaiting("complaint-waiting");
await client.waitUntilClosed("complaint-done");
await client.waitUntilClosed("complaint-failed");

const browser = await openBrowser(chromium);
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 1100 } });
  for (const state of ["done", "waiting", "running", "failed"]) {
    await page.goto(`${temporal.uiUrl}/namespaces/default/workflows/complaint-${state}`);
    await page.getByText("simulated/small").first().waitFor();
    await page.screenshot({ path: `${folder}/run-${state}.png` });
    await page
      .getByRole("tab", { name: "User Metadata" })
      .or(page.getByText("User Metadata"))
      .first()
      .click();
    // The UI shows Markdown in a frame. The current details are asked of the worker, and come last.
    const details = page.locator("iframe").last().contentFrame();
    await details.getByText("Cost:").first().waitFor();
    await page.screenshot({ path: `${folder}/run-${state}-details.png` });
  }
  await page.goto(`${temporal.uiUrl}/namespaces/default/workflows`);
  await page.getByText("complaint-done").first().waitFor();
  await page.screenshot({ path: `${folder}/runs.png` });
} finally {
  await browser.close();
  await temporal.client.workflow.getHandle("complaint-running").terminate();
  await temporal.client.workflow.getHandle("complaint-waiting").terminate();
  await worker.stop();
  await temporal.close();
}
console.log(`${folder}: run-done, run-waiting, run-running, run-failed, runs`);
