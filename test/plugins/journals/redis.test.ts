/** Replies in a real Redis: what it has taken is there when it was killed, and whoever runs it is told where it might not be. */

import { createServer } from "node:tls";
import { connect } from "node:net";
import { once } from "node:events";
import { inspect } from "node:util";
import { createClient } from "@redis/client";
import type { AttemptJournal } from "../../../plugins/contract.ts";
import { redisJournal, type RedisJournalOptions } from "../../../plugins/journals/redis.ts";
import { TEST_AUTHORITY, TEST_KEY, VALID_CERTIFICATE } from "../../fixtures/certificates.ts";
import { deferred } from "../../harness/deferred.ts";
import {
  describeWithRedis,
  startRedis,
  startSlowProxy,
  type RedisServer,
} from "../../harness/redis-server.ts";
import { listenOnFreePort } from "../../harness/scripted-server.ts";

const PASSWORD = "canary-51f0";
const DAY_MS = 86_400_000;

const servers: { stop(): Promise<void> }[] = [];
const journals: AttemptJournal[] = [];
let told: string[] = [];

function open(options: RedisJournalOptions): AttemptJournal {
  const journal = redisJournal({
    timeoutMs: 3_000,
    readTimeoutMs: 3_000,
    onProblem: (message) => void told.push(message),
    ...options,
  });
  journals.push(journal);
  return journal;
}

async function start(...settings: readonly string[]): Promise<RedisServer> {
  const server = await startRedis(...settings);
  servers.push(server);
  return server;
}

async function ask(url: string, ...commands: readonly (readonly string[])[]): Promise<unknown> {
  const client = createClient({ url });
  await client.connect();
  let reply: unknown;
  for (const command of commands) reply = await client.sendCommand(command);
  client.destroy();
  return reply;
}

async function errorOf(asked: Promise<unknown>): Promise<unknown> {
  return asked.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describeWithRedis("redisJournal", () => {
  beforeEach(() => {
    told = [];
  });

  afterEach(async () => {
    for (const journal of journals.splice(0)) await journal.close?.();
    for (const server of servers.splice(0)) await server.stop();
  });

  it.each(["always", "everysec"])(
    "has all that it has taken after Redis was killed, with appendfsync %s",
    async (fsync) => {
      const server = await start("--appendonly", "yes", "--appendfsync", fsync);
      const journal = open({ url: server.url });
      const taken: string[] = [];
      const writing = (async () => {
        for (let count = 0; count < 10_000; count += 1) {
          const key = `${fsync}-${count}`;
          await journal.write(key, `${key} ${"x".repeat(2_000)}`);
          taken.push(key);
        }
      })().catch(() => undefined);

      await until(() => taken.length >= 100);
      // What "everysec" holds back while the disk is busy would be lost: that is what "always" is for.
      if (fsync === "everysec") await settled(server.url, writing, journal);
      const before = [...taken];
      await server.crash();
      await server.start();

      const other = open({ url: server.url });
      for (const key of before) {
        expect(await other.read(key)).toBe(`${key} ${"x".repeat(2_000)}`);
      }
    },
  );

  it("lets an entry go after as many days as it is told", async () => {
    const server = await start("--appendonly", "yes");

    await open({ url: server.url, prefix: "shop", keepDays: 2 }).write("key", "{}");

    const name = String(await ask(server.url, ["KEYS", "*"]));
    expect(name).toMatch(/^shop:journal:[0-9a-f]{64}$/);
    const left = Number(await ask(server.url, ["PTTL", name]));
    expect(left).toBeGreaterThan(2 * DAY_MS - 60_000);
    expect(left).toBeLessThanOrEqual(2 * DAY_MS);
  });

  it("says once that Redis writes nothing down, or forgets", async () => {
    const server = await start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
    const journal = open({ url: server.url });

    await journal.write("one", "{}");
    await until(() => told.length > 0);
    await journal.write("two", "{}");
    await journal.read("two");

    expect(told).toEqual([
      expect.stringMatching(/^Redis may lose .*appendonly yes.*maxmemory-policy noeviction/),
    ]);
  });

  it.each([
    ["is set to keep all", ["--appendonly", "yes"]],
    ["does not tell its settings", ["--rename-command", "CONFIG", ""]],
  ])("has nothing to say of a Redis that %s", async (_name, settings) => {
    const server = await start(...settings);
    const journal = open({ url: server.url });

    await journal.write("key", "{}");
    // In order: what was asked before is answered before.
    await journal.read("key");
    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(told).toEqual([]);
  });

  it("finds what was kept once Redis is back, if it comes back in time", async () => {
    const server = await start("--appendonly", "yes", "--appendfsync", "always");
    const journal = open({ url: server.url, readTimeoutMs: 20_000 });
    await journal.write("key", "kept");
    await server.crash();

    const reading = journal.read("key");
    await server.start();

    expect(await reading).toBe("kept");
  });

  it("rejects in time where Redis says nothing any more, and says so once", async () => {
    const server = await start("--appendonly", "yes");
    const proxy = await startSlowProxy(server.port);
    servers.push({ stop: () => proxy.close() });
    const journal = open({ url: proxy.url, timeoutMs: 2_000, readTimeoutMs: 2_000 });
    await journal.write("key", "{}");
    proxy.delay(Infinity);

    const startedAt = performance.now();
    const errors = [
      await errorOf(journal.write("other", "{}")),
      await errorOf(journal.read("key")),
    ];

    expect(errors).toMatchObject([{ code: "JOURNAL_AWAY" }, { code: "JOURNAL_AWAY" }]);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
    expect(told).toEqual([expect.stringMatching(/^Replies are not kept: Redis gave no answer/)]);
  });

  it("does not take a full Redis for one that has kept a reply", async () => {
    const server = await start("--maxmemory", "1", "--maxmemory-policy", "noeviction");
    const journal = open({ url: server.url, timeoutMs: 2_000 });

    const error = await errorOf(journal.write("key", "canary"));

    expect(error).toMatchObject({ code: "JOURNAL_AWAY", message: expect.stringContaining("OOM") });
    expect(inspect(error)).not.toContain("canary");
  });

  it("never shows its password, nor what Redis says", async () => {
    const server = await start("--requirepass", "another");
    const url = server.url.replace("redis://", `redis://:${PASSWORD}@`);
    const journal = open({ url, timeoutMs: 2_000 });

    const error = await errorOf(journal.write("key", "{}"));

    expect(error).toMatchObject({ message: expect.stringContaining("WRONGPASS") });
    expect(inspect([error, told], { depth: 9 })).not.toContain(PASSWORD);
  });

  it("speaks TLS, and trusts the certificates that it is given", async () => {
    const server = await start("--appendonly", "yes");
    const connected = deferred();
    const tls = createServer({ key: TEST_KEY, cert: VALID_CERTIFICATE }, (near) => {
      const far = connect(server.port, "127.0.0.1");
      near.pipe(far).pipe(near);
      near.on("error", () => far.destroy());
      far.on("error", () => near.destroy());
      connected.resolve();
    });
    const port = await listenOnFreePort(tls);
    servers.push({
      async stop() {
        tls.close();
        await once(tls, "close");
      },
    });
    const url = `rediss://127.0.0.1:${port}`;

    const trusting = open({ url, ca: TEST_AUTHORITY });
    await trusting.write("key", "{}");
    const error = await errorOf(open({ url, timeoutMs: 2_000 }).write("key", "{}"));
    for (const journal of journals.splice(0)) await journal.close?.();

    await connected.promise;
    expect(error).toMatchObject({ code: "JOURNAL_AWAY" });
  });

  it.each([
    [{ url: "http://example.com" }, /"url"/],
    [{ url: `redis:/${PASSWORD}`, prefix: "a b" }, /"url"|"prefix"/],
    [{ url: "redis://127.0.0.1", timeoutMs: 0 }, /"timeoutMs"/],
    [{ url: "redis://127.0.0.1", readTimeoutMs: 100_000 }, /"readTimeoutMs"/],
    [{ url: "redis://127.0.0.1", keepDays: 0 }, /"keepDays"/],
  ])("refuses the options %j without showing them", (options, message) => {
    expect(() => redisJournal(options)).toThrow(message);
    expect(() => redisJournal(options)).not.toThrow(PASSWORD);
  });
});

/** Ends what is being written, and waits until Redis has handed it to the machine. */
async function settled(
  url: string,
  writing: Promise<unknown>,
  journal: AttemptJournal,
): Promise<void> {
  await journal.close?.();
  await writing;
  let left = "";
  while (left !== "0") {
    const info = String(await ask(url, ["INFO", "persistence"]));
    left = /aof_buffer_length:(\d+)/.exec(info)?.[1] ?? "0";
  }
}
