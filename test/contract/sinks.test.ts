/** Every sink here keeps the contract: files, and real servers that are killed and started again. */

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonlSink } from "../../plugins/sinks/jsonl.ts";
import { sinkContract, type SinkContractOptions } from "../../testing/index.ts";

function keepsContract(options: SinkContractOptions): void {
  const checks = sinkContract(options).filter(({ skip }) => skip === undefined);
  it.each(checks.map(({ name, run }) => [name, run] as const))("%s", async (_name, run) => {
    await expect(run()).resolves.toBeUndefined();
  });
}

describe.each([
  ["jsonlSink", {}],
  ["jsonlSink with small segments", { segmentBytes: 4_000 }],
  ["jsonlSink without flush", { flush: false }],
])("%s", (_name, options) => {
  let root: string;
  const folder = (): string => join(root, "audit");
  const elsewhere = (): string => join(root, "elsewhere");

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "signalbox-audit-"));
  });

  afterAll(() => rm(root, { recursive: true, force: true }));

  keepsContract({
    open: () => jsonlSink({ folder: folder(), ...options }),
    away: {
      async begin() {
        await rename(folder(), elsewhere());
        await writeFile(folder(), "a file where the folder should be");
      },
      async end() {
        await rm(folder());
        await rename(elsewhere(), folder());
      },
    },
  });
});
