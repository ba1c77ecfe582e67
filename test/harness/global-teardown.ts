/** After all tests: stops the server, removes the bundle. */

import { rm } from "node:fs/promises";
import { dirname } from "node:path";

export default async function tearDown(): Promise<void> {
  await globalThis.signalboxTestServer?.stop();
  const bundle = process.env["SIGNALBOX_TEST_BUNDLE"];
  if (bundle !== undefined) await rm(dirname(bundle), { recursive: true, force: true });
}
