/** Workers that share signals and limits through a real Redis, and go on without it. */

import { EventEmitter, once } from "node:events";
import { createConnection } from "node:net";
import { createServer, type Server } from "node:tls";
import { inspect } from "node:util";
import { createClient } from "@redis/client";
import type {
  NamedLimit,
  ProviderLimits,
  SharedCall,
  SharedObservation,
  SignalExchange,
  TakenShare,
} from "../../../plugins/contract.ts";
import { redisSignals, type RedisSignalsOptions } from "../../../plugins/signals/redis.ts";
import { TEST_AUTHORITY, TEST_KEY, VALID_CERTIFICATE } from "../../fixtures/certificates.ts";
import { deferred } from "../../harness/deferred.ts";
import {
  describeWithRedis,
  startRedis,
  startSlowProxy,
  type RedisServer,
  type SlowProxy,
} from "../../harness/redis-server.ts";
import { listenOnFreePort } from "../../harness/scripted-server.ts";

const CALL: { readonly call: SharedCall } = {
  call: { graph: "support", step: "draft", model: "a/one", durationMs: 812, ok: true },
};
const REWARD: SharedObservation = {
  reward: { graph: "support", step: "draft", model: "a/one", value: 0.5 },
};
const SIXTY: NamedLimit = { name: "a/one", requestsPerMinute: 60 };
/** What the tests of a slow Redis let a call wait for it. */
const TIMEOUT_MS = 200;
/** A busy machine may take so long over it; a call that waits for Redis takes far longer. */
const SLACK_MS = 500;

let server: RedisServer;
let exchanges: SignalExchange[] = [];
let prefix: string;
const unexpected: string[] = [];

describeWithRedis("redisSignals", () => {
  beforeAll(async () => {
    server = await startRedis();
  });

  afterAll(() => server.stop());

  beforeEach(() => {
    prefix = `test-${crypto.randomUUID()}`;
  });

  afterEach(async () => {
    await closeAll();
  });

  it("tells every other worker what one publishes, and not that worker itself", async () => {
    const [first, second, third] = [worker(), worker(), worker()];
    const own = heardBy(first);
    const others = [heardBy(second), heardBy(third)];
    await untilSubscribed(3);

    first.publish(CALL);
    first.publish(REWARD);
    second.publish(REWARD);

    await Promise.all(others.map((heard) => heard.until(heard === others[0] ? 2 : 3)));
    await own.until(1);
    expect(own.all).toEqual([REWARD]);
    expect(others[0]!.all).toEqual([CALL, REWARD]);
    expect(others[1]!.all).toEqual(expect.arrayContaining([CALL, REWARD, REWARD]));
  });

  it("stops telling a listener that has ended its subscription", async () => {
    const [first, second] = [worker(), worker()];
    const [ended, going] = [heardBy(second), heardBy(second)];
    await untilSubscribed(1);

    ended.end();
    first.publish(CALL);
    await going.until(1);

    expect(ended.all).toEqual([]);
  });

  it("lets nothing out but the known members of an observation", async () => {
    const first = worker();
    const messages: string[] = [];
    const arrival = deferred();
    const spy = await spyOn((message) => {
      messages.push(message);
      arrival.resolve();
    });
    const limits: ProviderLimits & { readonly key: string } = { key: "secret" };
    const more = { prompt: "secret", call: { ...CALL.call, reply: "secret", limits } };

    first.publish(more);

    await arrival.promise;
    expect(JSON.parse(messages[0] ?? "")).toEqual({
      from: expect.any(String),
      observation: { call: { ...CALL.call, limits: {} } },
    });
    spy.destroy();
  });

  it.each([
    "no JSON",
    "null",
    '{"from":"x"}',
    '{"from":"x","observation":{"call":{}}}',
    '{"from":"x","observation":{"reward":{"graph":"g","step":"s","model":"m","value":2}}}',
    JSON.stringify({ from: "x", observation: { call: { ...CALL.call, ok: false, kind: "odd" } } }),
    JSON.stringify({ from: "x", observation: { call: { ...CALL.call, durationMs: -1 } } }),
    JSON.stringify({ from: "x".repeat(20_000), observation: CALL }),
  ])("does not believe what is no observation (%#)", async (message) => {
    const [first, second] = [worker(), worker()];
    const heard = heardBy(first);
    await untilSubscribed(1);
    const client = await plainClient();

    await client.publish(`${prefix}:observations`, message);
    second.publish(REWARD);
    await heard.until(1);

    expect(heard.all).toEqual([REWARD]);
    client.destroy();
  });

  it("goes on telling others when a listener throws", async () => {
    const [first, second] = [worker(), worker()];
    second.subscribe(() => {
      throw new Error("theirs");
    });
    const heard = heardBy(second);
    await untilSubscribed(1);

    first.publish(CALL);

    await heard.until(1);
    expect(heard.all).toEqual([CALL]);
  });

  it("gives a lease to one of 50 who ask at the same time", async () => {
    const workers = [worker(), worker(), worker(), worker(), worker()];

    const held = await Promise.all(
      Array.from({ length: 50 }, (_, index) => workers[index % 5]!.lease("probe:a/one", 60_000)),
    );

    expect(held.filter(Boolean)).toHaveLength(1);
  });

  it("gives a lease anew once it has lapsed, to whichever worker", async () => {
    const [first, second] = [worker(), worker()];

    expect(await first.lease("probe:a/one", 100)).toBe(true);
    expect(await second.lease("probe:a/one", 100)).toBe(false);
    await untilTrue(() => second.lease("probe:a/one", 60_000));

    expect(await first.lease("probe:a/one", 100)).toBe(false);
  });

  it("lets 60 of 200 calls through that three workers make at once, at 60 a minute", async () => {
    const workers = [worker(), worker(), worker()];
    await Promise.all(workers.map((each) => each.lease(crypto.randomUUID(), 1)));
    const startedAt = performance.now();

    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) =>
        workers[index % 3]!.take({ tokens: 0, limits: [SIXTY] }),
      ),
    );

    // One more comes in with every second that it took.
    const seconds = Math.floor((performance.now() - startedAt) / 1_000);
    const through = answers.filter(({ ok }) => ok).length;
    expect(through).toBeGreaterThanOrEqual(60);
    expect(through).toBeLessThanOrEqual(60 + seconds);
  });

  it("tells those who wait different times, each in its turn", async () => {
    const one = worker();
    const many: NamedLimit = { name: "a/*", requestsPerMinute: 10 };
    await Promise.all(Array.from({ length: 10 }, () => one.take({ tokens: 0, limits: [many] })));

    const waits: number[] = [];
    for (let index = 0; index < 5; index++)
      waits.push(waitOf(await one.take({ tokens: 0, limits: [many] })));

    const steps = waits.slice(1).map((wait, index) => wait - waits[index]!);
    expect(waits[0]).toBeLessThanOrEqual(6_000);
    for (const step of steps) expect(step).toBeGreaterThan(5_000);
  });

  it("takes of no limit when one of them has no room, and names that one", async () => {
    const one = worker();
    const small: NamedLimit = { name: "a/one", requestsPerMinute: 1 };
    const large: NamedLimit = { name: "a/*", requestsPerMinute: 3 };

    const answers: TakenShare[] = [];
    for (const limits of [[large, small], [large, small], [large], [large], [large]]) {
      answers.push(await one.take({ tokens: 0, limits }));
    }

    expect(answers.map(({ ok }) => ok)).toEqual([true, false, true, true, false]);
    expect(answers[1]).toMatchObject({ limit: "a/one" });
    expect(answers[4]).toMatchObject({ limit: "a/*" });
  });

  it("keeps nothing of a limit for good", async () => {
    const one = worker();
    const client = await plainClient();

    await one.take({ tokens: 600, limits: [{ name: "a/one", tokensPerMinute: 60 }] });

    const keys = await client.keys(`${prefix}:*`);
    expect(keys).toEqual([`${prefix}:{limits}:tokens:a/one`]);
    // It owes ten minutes, then it is full.
    expect(await client.pTTL(keys[0]!)).toBeGreaterThan(600_000);
    client.destroy();
  });

  it("gives a worker the snapshot that another one saved", async () => {
    const [first, second] = [worker(), worker()];

    await first.save?.({ models: { "a/one": [1, 2, 3] } });

    expect(await second.load?.()).toEqual({ models: { "a/one": [1, 2, 3] } });
  });

  it("gives no snapshot where there is none, or none that is JSON", async () => {
    const [first, client] = [worker(), await plainClient()];

    expect(await first.load?.()).toBeUndefined();
    await client.set(`${prefix}:snapshot`, "{");

    expect(await first.load?.()).toBeUndefined();
    client.destroy();
  });

  it("shares nothing with workers of another prefix", async () => {
    const [first, second] = [worker(), worker({ prefix: `${prefix}-other` })];

    expect(await first.lease("probe", 60_000)).toBe(true);

    expect(await second.lease("probe", 60_000)).toBe(true);
  });

  it("works after Redis has forgotten the script", async () => {
    const [one, client] = [worker(), await plainClient()];
    const problems: string[] = [];
    await one.take({ tokens: 0, limits: [SIXTY] });

    await client.sendCommand(["SCRIPT", "FLUSH", "SYNC"]);
    const answer = await worker({ onProblem: (problem) => problems.push(problem) }).take({
      tokens: 0,
      limits: [SIXTY],
    });

    expect(answer).toEqual({ ok: true });
    expect(problems).toEqual([]);
    client.destroy();
  });
});

describeWithRedis("redisSignals, while Redis is away", () => {
  let mortal: RedisServer;

  beforeEach(async () => {
    mortal = await startRedis();
    prefix = "away";
  });

  afterEach(async () => {
    await closeAll();
    await mortal.stop();
  });

  it("goes on alone when it is killed, says so once, and shares again when it is back", async () => {
    const problems: string[] = [];
    const recovered = deferred();
    const watched: Partial<RedisSignalsOptions> = {
      onProblem: (problem) => problems.push(problem),
      onRecovery: () => recovered.resolve(),
    };
    const first = worker({ url: mortal.url, ...watched });
    const second = worker({ url: mortal.url, onProblem() {} });
    const heard = heardBy(second);
    await untilSubscribed(1, mortal);
    await first.take({ tokens: 0, limits: [SIXTY] });

    await mortal.stop();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => first.take({ tokens: 0, limits: [SIXTY] })),
    );
    const leases = [await first.lease("x", 60_000), await first.lease("x", 60_000)];
    await first.save?.({ kept: true });
    first.publish(CALL);

    // One of the 60 it has taken before, through Redis.
    expect(answers.filter(({ ok }) => ok)).toHaveLength(59);
    expect(leases).toEqual([true, false]);
    expect(await first.load?.()).toEqual({ kept: true });
    expect(problems).toEqual([expect.stringContaining("not shared: Redis cannot be reached")]);

    await mortal.start();
    await recovered.promise;
    await untilSubscribed(1, mortal);
    first.publish(REWARD);
    await heard.until(1);

    expect(heard.all).toEqual([REWARD]);
    expect(await second.lease("y", 60_000)).toBe(true);
    expect(await first.lease("y", 60_000)).toBe(false);
  });

  it("starts without it, and shares once it is there", async () => {
    await mortal.stop();
    const recovered = deferred();
    const problems: string[] = [];
    const first = worker({
      url: mortal.url,
      onProblem: (problem) => problems.push(problem),
      onRecovery: () => recovered.resolve(),
    });
    const heard = heardBy(first);

    expect(await first.take({ tokens: 0, limits: [SIXTY] })).toEqual({ ok: true });
    expect(problems).toEqual([expect.stringContaining("ECONNREFUSED")]);
    await mortal.start();
    await recovered.promise;
    await untilSubscribed(1, mortal);
    worker({ url: mortal.url }).publish(CALL);

    await heard.until(1);
  });

  it("never shows an address or a password", async () => {
    await mortal.stop();
    const problems: string[] = [];
    const url = `redis://someone:hunter2@127.0.0.1:${mortal.port}`;
    const refused = await startRedis("--requirepass", "another");
    const other = `redis://default:hunter2@127.0.0.1:${refused.port}`;

    for (const each of [url, other]) {
      const exchange = worker({ url: each, onProblem: (problem) => problems.push(problem) });
      await exchange.take({ tokens: 0, limits: [SIXTY] });
    }

    expect(problems).toEqual([
      expect.stringContaining("ECONNREFUSED"),
      expect.stringContaining("WRONGPASS"),
    ]);
    expect(problems.join()).not.toMatch(/hunter2|someone|127\.0\.0\.1/);
    await refused.stop();
  });

  it("warns by default, and once", async () => {
    await mortal.stop();
    const warnings = jest.spyOn(process, "emitWarning").mockImplementation(() => {});
    const one = worker({ url: mortal.url, onProblem: undefined });

    await one.take({ tokens: 0, limits: [SIXTY] });
    await one.take({ tokens: 0, limits: [SIXTY] });

    expect(warnings.mock.calls).toEqual([
      [expect.stringContaining("not shared"), { code: "SIGNALBOX_SIGNALS_NOT_SHARED" }],
    ]);
    warnings.mockRestore();
  });
});

describeWithRedis("redisSignals, while Redis is slow", () => {
  let proxy: SlowProxy;
  let behind: RedisServer;

  beforeAll(async () => {
    behind = await startRedis();
  });

  afterAll(() => behind.stop());

  beforeEach(async () => {
    proxy = await startSlowProxy(behind.port);
    prefix = `slow-${crypto.randomUUID()}`;
  });

  afterEach(async () => {
    await closeAll();
    await proxy.close();
  });

  it.each([3_000, Infinity])(
    "delays no call beyond the bound when it takes %d ms",
    async (delay) => {
      const problems: string[] = [];
      const one = worker({
        url: proxy.url,
        timeoutMs: TIMEOUT_MS,
        onProblem: (problem) => problems.push(problem),
      });
      one.subscribe(() => {});
      await untilSubscribed(1, behind);
      await one.take({ tokens: 0, limits: [SIXTY] });

      proxy.delay(delay);
      const took = [
        await pastTime(() => one.take({ tokens: 0, limits: [SIXTY] })),
        await pastTime(() => one.take({ tokens: 0, limits: [SIXTY] })),
        await pastTime(() => one.lease("x", 1_000)),
        await pastTime(() => one.load?.()),
        await pastTime(() => one.save?.({})),
      ];

      expect(Math.max(...took)).toBeLessThan(SLACK_MS);
      // After the first, nobody waits.
      expect(Math.max(...took.slice(1))).toBeLessThan(0);
      expect(problems).toEqual([expect.stringContaining("gave no answer within 200 ms")]);
    },
  );

  it("delays no first call beyond the bound when it never answers", async () => {
    proxy.delay(Infinity);
    const one = worker({ url: proxy.url, timeoutMs: TIMEOUT_MS, onProblem() {} });

    expect(await pastTime(() => one.take({ tokens: 0, limits: [SIXTY] }))).toBeLessThan(SLACK_MS);
  });

  it("connects anew when a connection has gone dead without a word", async () => {
    const recovered = deferred();
    const one = worker({
      url: proxy.url,
      timeoutMs: TIMEOUT_MS,
      onProblem() {},
      onRecovery: () => recovered.resolve(),
    });
    const heard = heardBy(one);
    await untilSubscribed(1, behind);
    proxy.silence();

    // A worker that makes calls: what it is not told, it notices.
    let isBack = false;
    void recovered.promise.then(() => (isBack = true));
    await untilTrue(async () => {
      await one.take({ tokens: 0, limits: [SIXTY] });
      return isBack;
    });
    await untilSubscribed(1, behind);
    worker({ url: behind.url }).publish(CALL);

    await heard.until(1);
    expect(heard.all).toEqual([CALL]);
  });
});

describeWithRedis("redisSignals, over TLS", () => {
  let behind: RedisServer;
  let gate: Server;
  let url: string;

  beforeAll(async () => {
    behind = await startRedis();
    gate = createServer({ key: TEST_KEY, cert: VALID_CERTIFICATE }, (near) => {
      const far = createConnection(behind.port, "127.0.0.1");
      near.on("error", () => far.destroy());
      far.on("error", () => near.destroy());
      near.pipe(far).pipe(near);
    });
    url = `rediss://127.0.0.1:${await listenOnFreePort(gate)}`;
    prefix = "tls";
  });

  afterAll(async () => {
    gate.close();
    await behind.stop();
  });

  afterEach(closeAll);

  it("shares with a server whose certificate it is told to trust", async () => {
    const [first, second] = [
      worker({ url, ca: TEST_AUTHORITY }),
      worker({ url, ca: TEST_AUTHORITY }),
    ];

    expect(await first.lease("probe", 60_000)).toBe(true);

    expect(await second.lease("probe", 60_000)).toBe(false);
  });

  it("goes on alone beside a server whose certificate nobody vouches for", async () => {
    const problems: string[] = [];
    const one = worker({ url, onProblem: (problem) => problems.push(problem) });

    expect(await one.lease("probe", 60_000)).toBe(true);

    expect(problems).toEqual([expect.stringContaining("UNABLE_TO_VERIFY_LEAF_SIGNATURE")]);
  });
});

describe("the options of redisSignals", () => {
  it.each([
    [{ url: "hunter2" }, "url"],
    [{ url: "http://user:hunter2@localhost" }, "url"],
    [{ url: "redis://localhost", prefix: "hunter2 {" }, "prefix"],
    [{ url: "redis://localhost", timeoutMs: 0 }, "timeoutMs"],
    [{ url: "redis://localhost", timeoutMs: Number.NaN }, "timeoutMs"],
  ])("are checked when it is made, and not shown: %j", (options, member) => {
    const make = (): unknown => redisSignals(options);

    expect(make).toThrow(
      expect.objectContaining({
        code: "PLUGIN_INVALID_OPTIONS",
        message: expect.stringContaining(`"${member}"`),
      }),
    );
    expect(make).not.toThrow(/hunter2/);
  });

  it("are not to be seen in what it makes", () => {
    const made = redisSignals({ url: "redis://user:hunter2@localhost" });

    expect(inspect(made, { depth: 10 }) + JSON.stringify(made)).not.toContain("hunter2");
  });
});

/** Patient, as the machine may be busy; and without problems, unless the test expects some. */
function worker(options: Partial<RedisSignalsOptions> = {}): SignalExchange {
  const exchange = redisSignals({
    url: server.url,
    prefix,
    timeoutMs: 10_000,
    onProblem: (problem) => unexpected.push(problem),
    ...options,
  });
  exchanges.push(exchange);
  return exchange;
}

async function closeAll(): Promise<void> {
  await Promise.all(exchanges.map(async (exchange) => exchange.close?.()));
  exchanges = [];
  expect(unexpected).toEqual([]);
}

interface Heard {
  readonly all: SharedObservation[];
  until(count: number): Promise<void>;
  end(): void;
}

function heardBy(exchange: SignalExchange): Heard {
  const all: SharedObservation[] = [];
  const arrivals = new EventEmitter();
  const end = exchange.subscribe((observation) => {
    all.push(observation);
    arrivals.emit("arrival");
  });
  return {
    all,
    end,
    async until(count) {
      // oxlint-disable-next-line no-await-in-loop -- One after the other, as they come.
      while (all.length < count) await once(arrivals, "arrival");
    },
  };
}

async function plainClient({ url } = server) {
  const client = createClient({ url });
  await client.connect();
  return client;
}

async function spyOn(hear: (message: string) => void) {
  const client = await plainClient();
  await client.subscribe(`${prefix}:observations`, hear);
  return client;
}

/** Until so many workers hear the channel. */
async function untilSubscribed(count: number, redis = server): Promise<void> {
  const client = await plainClient(redis);
  const channel = `${prefix}:observations`;
  await untilTrue(async () => ((await client.pubSubNumSub([channel]))[channel] ?? 0) >= count);
  client.destroy();
}

/** Asks again until it is so: there is no event in this process for what happens in Redis. */
async function untilTrue(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** How much later than a timer of `TIMEOUT_MS` a call ends: both are late alike on a machine that is busy. */
async function pastTime(call: () => unknown): Promise<number> {
  const timer = new Promise<number>((resolve) => {
    setTimeout(() => resolve(performance.now()), TIMEOUT_MS);
  });
  await call();
  const endedAt = performance.now();
  return endedAt - (await timer);
}

function waitOf(answer: TakenShare): number {
  return answer.ok ? 0 : answer.retryAfterMs;
}
