/** The trail in a real PostgreSQL: what it has taken is there when it was killed, once, in one chain; keys may be elsewhere. */

import { Pool } from "pg";
import type { Sink } from "../../../plugins/contract.ts";
import { postgresSink, type PostgresSinkOptions } from "../../../plugins/sinks/postgres.ts";
import { readChain, recordsOf } from "../../../testing/trails/subject.ts";
import {
  describeWithPostgres,
  POSTGRES_PASSWORD,
  startPostgres,
  type PostgresServer,
} from "../../harness/postgres-server.ts";

const WORKSPACE = "acme";

let server: PostgresServer;
let pool: Pool;
let prefix: string;
let told: string[] = [];
const sinks: Sink[] = [];

type Options = Omit<PostgresSinkOptions, "pool" | "url"> & { readonly url?: string };

function open({ url = server.url, ...options }: Options = {}): Sink {
  const sink = postgresSink({
    prefix,
    onProblem: (message: string) => void told.push(message),
    ...options,
    url,
    pool: undefined,
  });
  sinks.push(sink);
  return sink;
}

async function rows(query: string): Promise<readonly Record<string, unknown>[]> {
  return (await pool.query(query)).rows;
}

describeWithPostgres("postgresSink", () => {
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
    prefix = `audit_${crypto.randomUUID().slice(0, 8)}`;
  });

  afterEach(async () => {
    for (const sink of sinks.splice(0)) await sink.close?.();
  });

  it("has all that it has taken, once, after the server was killed while several wrote", async () => {
    const taken: string[] = [];
    const over = new AbortController();
    const write = async (name: string): Promise<void> => {
      const sink = open();
      for (let count = 0; !over.signal.aborted; count += 1) {
        const records = recordsOf(WORKSPACE, `${name}-${count}`, 5);
        // What was refused is given again, whether it had come through or not.
        while (
          !(await sink.write(WORKSPACE, records).then(
            () => true,
            () => false,
          ))
        );
        taken.push(...records.map(({ id }) => id));
      }
    };
    const writing = Promise.all(["a", "b", "c"].map(write));

    for (let round = 0; round < 2; round += 1) {
      const before = taken.length;
      while (taken.length < before + 200) await new Promise((resolve) => setTimeout(resolve, 5));
      await server.crash();
      await server.start();
    }
    over.abort();
    await writing;

    const ids = (await readChain(open(), WORKSPACE)).map(({ id }) => id);
    expect(ids.toSorted()).toEqual(taken.toSorted());
  });

  it("makes its tables once, though several workers start at once, in a schema too", async () => {
    await rows(`CREATE SCHEMA "s_${prefix}"`);
    prefix = `s_${prefix}.trail`;

    await Promise.all(
      Array.from({ length: 6 }, (_, run) =>
        open().write(WORKSPACE, recordsOf(WORKSPACE, `${run}`, 1)),
      ),
    );

    expect(await rows(`SELECT 1 FROM ${prefix}_records`)).toHaveLength(6);
  });

  it("keeps keys in another database, and nothing there that they open", async () => {
    const name = `keys_${prefix}`;
    await rows(`CREATE DATABASE "${name}"`);
    const keys = server.url.replace(/postgres$/, name);
    const key = Buffer.alloc(32, "k");
    const run = { workspace: WORKSPACE, run: "run" };

    await open({ keys }).content!.keep(run, { key, sealed: Buffer.from("sealed") });

    expect(await open({ keys }).content!.find(run)).toEqual({ key, sealed: Buffer.from("sealed") });
    expect(await rows(`SELECT to_regclass('${prefix}_keys') AS keys`)).toEqual([{ keys: null }]);
    await open({ keys }).content!.erase(run);
    const other = new Pool({ connectionString: keys });
    expect((await other.query(`SELECT 1 FROM ${prefix}_keys`)).rows).toEqual([]);
    await other.end();
  });

  it("says that tables do not belong together, and shows no record", async () => {
    await open().write(WORKSPACE, recordsOf(WORKSPACE, "run", 3));
    await rows(`DELETE FROM ${prefix}_heads`);

    const error: unknown = await open()
      .write(WORKSPACE, recordsOf(WORKSPACE, "other", 1))
      .catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: "SINK_DAMAGED" });
    expect(String(error)).not.toMatch(/other|acme/);
  });

  it("says what is wrong with a password, and does not show it", async () => {
    const url = server.url.replace(POSTGRES_PASSWORD, "canary-wrong");

    const error: unknown = await open({ url })
      .write(WORKSPACE, recordsOf(WORKSPACE, "run", 1))
      .catch((caught: unknown) => caught);

    expect(error).toMatchObject({
      code: "SINK_REFUSES",
      message: expect.stringContaining("28P01"),
    });
    expect(String(error)).not.toMatch(/canary/);
  });

  it("says once that the server answers before it has written", async () => {
    const url = `${server.url}?options=-c%20synchronous_commit%3Doff`;
    const sink = open({ url });

    await sink.write(WORKSPACE, recordsOf(WORKSPACE, "run", 1));
    await sink.write(WORKSPACE, recordsOf(WORKSPACE, "run", 2));

    expect(told).toEqual([expect.stringMatching(/^PostgreSQL may lose .*synchronous_commit = on/)]);
  });

  it.each([
    [{ prefix: "a;b" }, "prefix"],
    [{ keys: "http://keys" }, "url"],
    [{ timeoutMs: 0 }, "timeoutMs"],
  ])("refuses %j", (options, name) => {
    expect(() => open(options)).toThrow(
      expect.objectContaining({
        code: "PLUGIN_INVALID_OPTIONS",
        message: expect.stringContaining(name),
      }),
    );
  });
});
