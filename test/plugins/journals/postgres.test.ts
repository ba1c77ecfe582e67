/** Replies in a real PostgreSQL: what it has taken is there when it was killed; tables are made once, and old replies removed. */

import { inspect } from "node:util";
import { Pool } from "pg";
import type { AttemptJournal } from "../../../plugins/contract.ts";
import {
  postgresJournal,
  type PostgresJournalOptions,
} from "../../../plugins/journals/postgres.ts";
import { TEST_AUTHORITY } from "../../fixtures/certificates.ts";
import {
  describeWithPostgres,
  POSTGRES_PASSWORD,
  startPostgres,
  type PostgresServer,
} from "../../harness/postgres-server.ts";
import { startSlowProxy } from "../../harness/redis-server.ts";

let server: PostgresServer;
let pool: Pool;
let table: string;
let told: string[] = [];
const journals: AttemptJournal[] = [];

type Options = Omit<PostgresJournalOptions, "pool" | "url"> & {
  readonly pool?: Pool;
  readonly url?: string;
  readonly ca?: string;
  readonly connections?: number;
};

function open({
  pool: given,
  url = server.url,
  ca,
  connections,
  ...options
}: Options = {}): AttemptJournal {
  const journal = postgresJournal({
    table,
    timeoutMs: 5_000,
    readTimeoutMs: 5_000,
    onProblem: (message: string) => void told.push(message),
    ...options,
    ...(given === undefined
      ? { url, ...(ca !== undefined && { ca }), ...(connections !== undefined && { connections }) }
      : { pool: given }),
  });
  journals.push(journal);
  return journal;
}

async function errorOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function rows(query: string): Promise<readonly Record<string, unknown>[]> {
  return (await pool.query(query)).rows;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describeWithPostgres("postgresJournal", () => {
  beforeAll(async () => {
    server = await startPostgres();
    pool = new Pool({ connectionString: server.url });
    pool.on("error", () => {});
  });

  afterAll(async () => {
    await pool.end();
    await server.stop();
  });

  beforeEach(() => {
    told = [];
    table = `journal_${crypto.randomUUID().slice(0, 8)}`;
  });

  afterEach(async () => {
    for (const journal of journals.splice(0)) await journal.close?.();
  });

  it("has all that it has taken after the server was killed while it wrote", async () => {
    const journal = open({ timeoutMs: 2_000 });
    const taken: string[] = [];
    const over = new AbortController();
    const writing = (async () => {
      for (let count = 0; !over.signal.aborted; count += 1) {
        await journal.write(`${count}`, `${count} ${"x".repeat(2_000)}`);
        taken.push(`${count}`);
      }
    })().catch(() => undefined);

    await until(async () => taken.length >= 100);
    await server.crash();
    over.abort();
    await writing;
    await server.start();

    for (const key of taken) {
      expect(await journal.read(key)).toBe(`${key} ${"x".repeat(2_000)}`);
    }
  });

  it("makes its table once, with an index, though several workers start at once", async () => {
    const workers = Array.from({ length: 8 }, () => open({ connections: 1 }));

    await Promise.all(workers.map((journal, index) => journal.write(`${index}`, "{}")));

    expect(await rows(`SELECT 1 FROM ${table}`)).toHaveLength(8);
    const indexes = await rows(`SELECT indexname FROM pg_indexes WHERE tablename = '${table}'`);
    expect(indexes.map(({ indexname }) => String(indexname)).toSorted()).toEqual([
      `${table}_pkey`,
      `${table}_written_at`,
    ]);
  });

  it("uses a table of another schema that it may not make itself", async () => {
    await rows("CREATE SCHEMA IF NOT EXISTS kept");
    await open({ table: `kept.${table}` }).write("key", "{}");
    await rows(`CREATE ROLE "r_${table}" LOGIN PASSWORD 'p'`);
    await rows(`GRANT USAGE ON SCHEMA kept TO "r_${table}"`);
    await rows(`GRANT SELECT, INSERT, UPDATE, DELETE ON kept."${table}" TO "r_${table}"`);
    const url = `postgres://r_${table}:p@127.0.0.1:${server.port}/postgres`;

    expect(await open({ url, table: `kept.${table}` }).read("key")).toBe("{}");
  });

  it("makes its table anew where somebody has removed it", async () => {
    const journal = open();
    await journal.write("key", "first");
    await rows(`DROP TABLE ${table}`);

    await journal.write("key", "second");

    expect(await journal.read("key")).toBe("second");
  });

  it("removes what is older than it keeps, in steps, and nothing else", async () => {
    await open().write("kept", "{}");
    await rows(
      `INSERT INTO ${table} SELECT sha256(n::text::bytea), 'old', now() - interval '3 days' FROM generate_series(1, 1200) n`,
    );

    await open({ keepDays: 2 }).write("new", "{}");
    await until(async () => (await rows(`SELECT 1 FROM ${table}`)).length <= 2);

    expect(await open().read("kept")).toBe("{}");
    expect(await open().read("new")).toBe("{}");
  });

  it("finds what was kept once the server is back, if it comes back in time", async () => {
    const journal = open({ readTimeoutMs: 20_000 });
    await journal.write("key", "kept");
    await server.crash();

    const reading = journal.read("key");
    await server.start();

    expect(await reading).toBe("kept");
  });

  it("rejects in time where the server says nothing any more, and says so once", async () => {
    const proxy = await startSlowProxy(server.port);
    const url = server.url.replace(`:${server.port}/`, `:${new URL(proxy.url).port}/`);
    const journal = open({ url, timeoutMs: 1_000, readTimeoutMs: 1_000 });
    await journal.write("key", "{}");
    proxy.delay(Infinity);

    const startedAt = performance.now();
    const errors = [
      await errorOf(journal.write("other", "{}")),
      await errorOf(journal.read("key")),
    ];
    const tookMs = performance.now() - startedAt;
    await proxy.close();

    expect(errors).toMatchObject([{ code: "JOURNAL_AWAY" }, { code: "JOURNAL_AWAY" }]);
    expect(tookMs).toBeLessThan(10_000);
    expect(told).toEqual([expect.stringMatching(/^Replies are not kept: PostgreSQL /)]);
  });

  it("says once that the server answers before it has written", async () => {
    const careless = new Pool({
      connectionString: server.url,
      options: "-c synchronous_commit=off",
    });
    const journal = open({ pool: careless });

    await journal.write("one", "{}");
    await journal.write("two", "{}");

    expect(told).toEqual([expect.stringMatching(/^PostgreSQL may lose .*synchronous_commit = on/)]);
    await careless.end();
  });

  it("works on a pool that is given, and leaves it open", async () => {
    const journal = open({ pool });

    await journal.write("key", "{}");
    await journal.close?.();
    journals.splice(0);

    expect(await rows(`SELECT 1 FROM ${table}`)).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it("opens no more connections than it may", async () => {
    const journal = open({ connections: 2 });

    await Promise.all(Array.from({ length: 50 }, (_, index) => journal.write(`${index}`, "{}")));

    const mine = await rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'signalbox'");
    expect(mine.length).toBeLessThanOrEqual(2);
  });

  it("never shows its password, and does not try again what the server refuses", async () => {
    const url = server.url.replace(POSTGRES_PASSWORD, "canary-wrong");
    const journal = open({ url, readTimeoutMs: 20_000 });

    const error = await errorOf(journal.read("key"));

    expect(error).toMatchObject({
      code: "JOURNAL_REFUSES",
      message: expect.stringMatching(/28P01/),
    });
    expect(inspect([error, told], { depth: 9 })).not.toContain("canary");
  });

  it("speaks TLS, and trusts the certificates that it is given", async () => {
    const secured = `${server.url}?sslmode=verify-full`;

    await open({ url: secured, ca: TEST_AUTHORITY }).write("key", "{}");
    const error = await errorOf(open({ url: secured, timeoutMs: 1_000 }).write("key", "{}"));

    const inUse = await rows(
      "SELECT 1 FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE ssl AND application_name = 'signalbox'",
    );
    expect(inUse).toHaveLength(1);
    expect(error).toMatchObject({ code: "JOURNAL_AWAY" });
  });

  it.each<[Options, RegExp]>([
    [{ url: "http://canary@example.com" }, /"url"/],
    [{ table: 'x"; DROP TABLE y; --' }, /"table"/],
    [{ table: "x".repeat(51) }, /"table"/],
    [{ connections: 0 }, /"connections"/],
    [{ keepDays: -1 }, /"keepDays"/],
    [{ timeoutMs: 0 }, /"timeoutMs"/],
  ])("refuses the options %j without showing them", (options, message) => {
    expect(() => open(options)).toThrow(message);
    expect(() => open(options)).not.toThrow("canary");
  });
});
