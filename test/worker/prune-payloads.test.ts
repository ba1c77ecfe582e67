/** Which runs Temporal still has is asked of a real server. */

import { mkdtemp, readdir, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileStore } from "../../payloads/file-store.ts";
import { pruneGone } from "../../worker/prune-payloads.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { threeSteps } from "../fixtures/graphs.ts";
import { payloadFilesIn } from "../harness/raw-history.ts";
import { openTestTemporal } from "../harness/temporal.ts";

it("removes old payloads of runs that are gone, not of open ones, nor of their sub-graphs, nor of other namespaces", async () => {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-prune-"));
  const temporal = await openTestTemporal();
  const client = new SignalboxClient({ temporal: temporal.client, taskQueue: "nobody-listens" });
  const open = await client.start(threeSteps, { body: "waits for ever" });
  const gone = `gone-${crypto.randomUUID()}`;
  const store = fileStore(folder);
  const put = (namespace: string, id: string): Promise<unknown> =>
    store.store({ target: { kind: "workflow", namespace, id } }, [{ data: Buffer.from(id) }]);
  for (const id of [open, `${open}/sub/deeper`, gone, `${gone}/sub`]) await put("default", id);
  await put("another", gone);
  for (const name of await readdir(folder, { recursive: true })) {
    await utimes(join(folder, name), 0, 0);
  }

  const removed = await pruneGone(folder, temporal, 30);

  expect(removed).toBe(2);
  expect(await payloadFilesIn(folder)).toHaveLength(3);
  await client.cancel(open);
  await temporal.close();
  await rm(folder, { recursive: true, force: true });
});
