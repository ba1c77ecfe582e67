/** Every journal here keeps the contract: files, and real servers that are killed and started again. */

import { mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileJournal } from "../../plugins/journals/files.ts";
import { postgresJournal } from "../../plugins/journals/postgres.ts";
import { redisJournal } from "../../plugins/journals/redis.ts";
import { journalContract, type JournalContractOptions } from "../../testing/index.ts";
import {
  describeWithPostgres,
  startPostgres,
  type PostgresServer,
} from "../harness/postgres-server.ts";
import { describeWithRedis, startRedis, type RedisServer } from "../harness/redis-server.ts";

/** So that a journal that is away is waited for as long as a busy machine takes, and no longer. */
const LIMITS = { timeoutMs: 5_000, readTimeoutMs: 5_000 };
/** That a server is away is told, by design; redis.test.ts and postgres.test.ts look at what. */
const onProblem = (): void => {};

function keepsContract(options: JournalContractOptions): void {
  it.each(journalContract(options).map(({ name, run }) => [name, run] as const))(
    "%s",
    async (_name, run) => {
      await expect(run()).resolves.toBeUndefined();
    },
  );
}

describe.each([
  ["fileJournal", {}],
  ["fileJournal with flush", { flush: true }],
])("%s", (_name, options) => {
  let root: string;
  const folder = (): string => join(root, "journal");
  const elsewhere = (): string => join(root, "elsewhere");

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "signalbox-journal-"));
  });

  afterAll(() => rm(root, { recursive: true, force: true }));

  keepsContract({
    open: () => fileJournal({ folder: folder(), ...options }),
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

describeWithRedis("redisJournal", () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startRedis("--appendonly", "yes", "--appendfsync", "always");
  });

  afterAll(() => server.stop());

  keepsContract({
    open: () => redisJournal({ url: server.url, ...LIMITS, onProblem }),
    away: { begin: () => server.crash(), end: () => server.start() },
  });
});

describeWithPostgres("postgresJournal", () => {
  let server: PostgresServer;

  beforeAll(async () => {
    server = await startPostgres();
  });

  afterAll(() => server.stop());

  keepsContract({
    open: () =>
      postgresJournal({
        url: server.url,
        ...LIMITS,
        onProblem,
      }),
    away: { begin: () => server.crash(), end: () => server.start() },
  });
});
