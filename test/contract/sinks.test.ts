/** Every sink here keeps the contract: files, and real servers that are killed and started again. */

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jsonlSink } from "../../plugins/sinks/jsonl.ts";
import { otelLogsSink } from "../../plugins/sinks/otel-logs.ts";
import { postgresSink } from "../../plugins/sinks/postgres.ts";
import { s3Sink } from "../../plugins/sinks/s3.ts";
import { sinkContract, type SinkContractOptions } from "../../testing/index.ts";
import { startFakeCollector, type FakeCollector } from "../harness/fake-collector.ts";
import { startFakeS3, type FakeS3 } from "../harness/fake-s3.ts";
import {
  describeWithPostgres,
  startPostgres,
  type PostgresServer,
} from "../harness/postgres-server.ts";

/** So that a sink that is away is waited for as long as a busy machine takes, and no longer. */
const LIMITS = { timeoutMs: 5_000 };

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

describeWithPostgres("postgresSink", () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(() => server.stop());

  keepsContract({
    open: () => postgresSink({ url: server.url, ...LIMITS }),
    away: { begin: () => server.crash(), end: () => server.start() },
  });
});

describe("s3Sink", () => {
  let s3: FakeS3;

  beforeAll(async () => {
    process.env["AWS_ACCESS_KEY_ID"] = "test";
    process.env["AWS_SECRET_ACCESS_KEY"] = "test-secret";
    s3 = await startFakeS3("audit");
  });

  afterAll(() => s3.stop());

  keepsContract({
    open: () => s3Sink({ bucket: "audit", endpoint: s3.url, region: "eu-central-1", ...LIMITS }),
    away: {
      begin: async () => void (s3.busy = Infinity),
      end: async () => void (s3.busy = 0),
    },
  });
});

describe("otelLogsSink", () => {
  let collector: FakeCollector;

  beforeAll(async () => {
    collector = await startFakeCollector();
  });

  afterAll(() => collector.stop());

  keepsContract({
    open: () => otelLogsSink({ url: collector.url, ...LIMITS }),
    lacks: ["findEnded", "workspaces", "read", "checkpoints", "content", "prune"],
    away: {
      begin: async () => void (collector.status = 503),
      end: async () => void (collector.status = 200),
    },
  });
});
