// Sees to it that a person with the key, and nobody else, reads an encrypted run in the Temporal UI, and takes the pictures of that:
// npm run build && node scripts/see-payloads.mjs
// Starts a server, a worker and two APIs of its own. Needs Chromium (Debian's package, or CHROMIUM=path), so it is no part of `npm test`.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { apiKeys, startApi } from "signalbox/api";
import { openDataConverter, SignalboxClient, temporalUiOf } from "signalbox/client";
import { simulated } from "signalbox/providers/simulated";
import { openTemporal, startWorker } from "signalbox/worker";
import { makeKey } from "../dist/api/api-keys.js";
import { makeEncryptionKey } from "../dist/payloads/encryption-keys.js";
import config from "../dist/examples/complaints/signalbox.config.js";
import { answerAsSimulated } from "../dist/examples/complaints/simulated-answers.js";
import { openBrowser } from "./lib/browser.mjs";
import * as graphs from "../dist/examples/complaints/graphs.js";

const pictures = process.env.PICTURES ?? "docs/pictures";
const SECRET = "I was charged twice and want my money back.";
/** Larger than what stays in the history. */
const STATEMENT = `Statement of May. ${"Two charges. ".repeat(30_000)}`;
/** The head of a run: its input. */
const HEAD = { x: 0, y: 0, width: 1400, height: 640 };
const PORT = 7254;
const UI_PORT = 8254;
const OPEN_PORT = 8255;

const folder = await mkdtemp(join(tmpdir(), "signalbox-payloads-"));
const { key: encryptionKey } = makeEncryptionKey("2026-11");
const dataConverter = openDataConverter({
  env: {},
  encryptionKeys: [encryptionKey],
  payloads: `file:${join(folder, "payloads")}`,
});
const { key, entry } = makeKey({ id: "ann", workspace: "*", scopes: ["payloads"] });

const temporal = await openTemporal({
  env: {
    ...process.env,
    SIGNALBOX_TEMPORAL_PORT: `${PORT}`,
    SIGNALBOX_TEMPORAL_UI_PORT: `${UI_PORT}`,
  },
  dataConverter,
  codecEndpoint: `http://127.0.0.1:${OPEN_PORT}/codec`,
});
const worker = await startWorker({
  config: { ...config, providers: [simulated({ replies: answerAsSimulated })] },
  graphs,
  graphsUrl: new URL("../dist/examples/complaints/graphs.js", import.meta.url),
  temporal,
});
const client = new SignalboxClient({ temporal: temporal.client });
const shared = {
  client,
  graphs: worker.graphs,
  temporalUi: temporalUiOf(temporal),
  onNotice: () => {},
};
const open = await startApi({ ...shared, port: OPEN_PORT });
const closed = await startApi({ ...shared, port: 0, authenticator: apiKeys([entry]) });
const browser = await openBrowser(chromium);

try {
  for (const [id, attachments] of [
    ["complaint", ["Statement of May. Two charges."]],
    ["large", [STATEMENT]],
  ]) {
    await client.start(graphs.complaint, { customer: "Ann", body: SECRET, attachments }, { id });
    while ((await client.openSteps(id)).length === 0);
  }
  await seeWithoutKeys();
  await seeWithKeys();
  console.log(`All seen as it should be. Pictures in ${pictures}`);
} finally {
  await browser.close();
  for (const id of ["complaint", "large"]) await temporal.client.workflow.getHandle(id).terminate();
  await Promise.all([open.stop(), closed.stop()]);
  await worker.stop();
  await temporal.close();
  await rm(folder, { recursive: true, force: true });
}

/** The UI that `signalbox dev` starts: it knows the API, which asks for no keys. */
async function seeWithoutKeys() {
  const page = await newPage();
  await openRun(page, "complaint");
  await page.getByText(SECRET).first().waitFor();
  await openRun(page, "large");
  await page.getByText("Two charges. Two charges.").first().waitFor();
  await page.context().close();
}

/** A UI that is told of an API with keys by the person in front of it. */
async function seeWithKeys() {
  const page = await newPage();
  await openRun(page, "complaint");
  await page
    .getByTestId(/^data-encoder-status/)
    .first()
    .click();
  await page.getByTestId("override-accordion").getByRole("button").first().click();
  await page.getByRole("radio", { name: "Use my browser setting" }).check();
  await page.getByTestId("data-encoder-endpoint-input").fill(`${closed.url}/codec`);
  // By keyboard: while the settings are open, the UI's own bar lies over these two.
  await page.getByRole("switch", { name: "Include cross-origin" }).press("Space");
  await page.getByRole("button", { name: "Apply" }).press("Enter");

  await openRun(page, "complaint");
  await page.getByTestId("data-encoder-status-error").waitFor();
  assert.equal((await page.content()).includes(SECRET), false, "readable without the key");
  await page.screenshot({ path: join(pictures, "run-encrypted.png"), clip: HEAD });

  await page.goto(`${closed.url}/codec`);
  await page.getByLabel("Key").fill(key);
  await page.getByRole("button", { name: "Show plain text" }).click();
  await page.getByText("with the key ann").waitFor();

  await openRun(page, "complaint");
  await page.getByText(SECRET).first().waitFor();
  await page.getByTestId("data-encoder-status-success").waitFor();
  await page.screenshot({ path: join(pictures, "run-decrypted.png"), clip: HEAD });

  await page.goto(`${closed.url}/codec`);
  await page.getByRole("button", { name: "Forget the key" }).click();
  await page.getByLabel("Key").waitFor();
  await openRun(page, "complaint");
  await page.getByTestId("data-encoder-status-error").waitFor();
  assert.equal(
    (await page.content()).includes(SECRET),
    false,
    "readable after the key was forgotten",
  );
  await page.context().close();
}

async function newPage() {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1100 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

async function openRun(page, id) {
  await page.goto(`${temporal.uiUrl}/namespaces/default/workflows/${id}`);
  await page
    .getByText("simulated/small")
    .first()
    .waitFor()
    .catch(() => {});
}
