/** Before all tests: one Temporal server in memory, and the fixture graphs bundled once. */

import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startDevServer, type DevServer } from "../../worker/dev-server.ts";
import { SEARCH_ATTRIBUTE_KEYS } from "../../worker/register-search-attributes.ts";
import { bundleGraphs } from "../../worker/bundle-graphs.ts";
import { FROM_SOURCES } from "./bundle.ts";

declare global {
  var signalboxTestServer: DevServer | undefined;
}

export default async function setUp(): Promise<void> {
  const server = await startDevServer({
    searchAttributes: SEARCH_ATTRIBUTE_KEYS,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  globalThis.signalboxTestServer = server;
  process.env["SIGNALBOX_TEST_ADDRESS"] = server.address;
  const folder = await mkdtemp(join(tmpdir(), "signalbox-test-"));
  process.env["SIGNALBOX_TEST_BUNDLE"] = await bundleFixtures(folder);
  // What is put aside is not to lie in the checkout.
  process.env["SIGNALBOX_PAYLOADS"] = `file:${join(folder, "payloads")}`;
}

async function bundleFixtures(folder: string): Promise<string> {
  const graphsUrl = pathToFileURL(join(__dirname, "../fixtures/graphs.ts"));
  const { code } = await bundleGraphs(graphsUrl, FROM_SOURCES);
  const file = join(folder, "graphs.js");
  await writeFile(file, code);
  return file;
}
