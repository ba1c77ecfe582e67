/** The limiter holds calls to the rate, lets everybody through in the end, and is the same here and in Redis. */

import { createClient } from "@redis/client";
import {
  array,
  assert,
  asyncProperty,
  integer,
  oneof,
  property,
  record,
  subarray,
} from "fast-check";
import { z } from "zod";
import type { NamedLimit, TakenShare, WantedShare } from "../../../plugins/contract.ts";
import { Limiter, sharesOf } from "../../../plugins/sharing/limiter.ts";
import { takeArguments, takeScript } from "../../../plugins/sharing/take-script.ts";
import { describeWithRedis, startRedis, type RedisServer } from "../../harness/redis-server.ts";

const MINUTE_MS = 60_000;

describe("a limiter", () => {
  it("lets a whole minute's requests through at once, then one with every second", () => {
    const limiter = new Limiter();
    const wanted = requests(60);

    const atOnce = countOf(200, () => limiter.take(wanted, 0));
    const later = countOf(10, () => limiter.take(wanted, 3_000));

    expect([atOnce, later]).toEqual([60, 3]);
  });

  it("tells when there is room again, each who waits a time of his own", () => {
    const limiter = new Limiter();
    countOf(60, () => limiter.take(requests(60), 0));

    const answers = [1, 2, 3].map(() => limiter.take(requests(60), 500));

    expect(answers.map(waitOf)).toEqual([500, 1_500, 2_500]);
  });

  it("tells nobody to come later than a minute after there is room", () => {
    const limiter = new Limiter();
    countOf(60, () => limiter.take(requests(60), 0));

    const answers = Array.from({ length: 500 }, () => limiter.take(requests(60), 0));

    expect(Math.max(...answers.map(waitOf))).toBe(1_000 + MINUTE_MS);
  });

  it("takes of all limits or of none", () => {
    const limiter = new Limiter();
    const one: NamedLimit = { name: "a/one", requestsPerMinute: 1 };
    const all: NamedLimit = { name: "a/*", requestsPerMinute: 2 };
    const wanted = { tokens: 0, limits: [all, one] };

    expect(limiter.take(wanted, 0)).toEqual({ ok: true });
    expect(limiter.take(wanted, 0)).toEqual({ ok: false, limit: "a/one", retryAfterMs: MINUTE_MS });

    expect(limiter.take({ tokens: 0, limits: [all] }, 0)).toEqual({ ok: true });
  });

  it("names, of several limits without room, the one that has it last", () => {
    const limiter = new Limiter();
    const wanted: WantedShare = {
      tokens: 10,
      limits: [
        { name: "a/one", requestsPerMinute: 1, tokensPerMinute: 100 },
        { name: "a/*", tokensPerMinute: 10 },
      ],
    };
    limiter.take({ tokens: 100, limits: wanted.limits }, 0);

    // The second owes 90 tokens beyond its minute, so it takes ten minutes; the first is whole again after one.
    expect(limiter.take(wanted, 0)).toEqual({
      ok: false,
      limit: "a/*",
      retryAfterMs: 10 * MINUTE_MS,
    });
  });

  it("lets a call through that takes more than a minute allows, once the bucket is full, and then pays it off", () => {
    const limiter = new Limiter();
    const huge = tokens(300, 100);
    limiter.take(tokens(1, 100), 0);

    const early = limiter.take(huge, 0);
    const inTime = limiter.take(huge, 600);
    const next = limiter.take(tokens(50, 100), 600);

    expect(early).toMatchObject({ ok: false, retryAfterMs: 600 });
    expect(inTime).toEqual({ ok: true });
    // 200 are owed, and 50 wanted: two and a half minutes.
    expect(next).toMatchObject({ ok: false, retryAfterMs: 2.5 * MINUTE_MS });
  });

  it("counts what was taken elsewhere", () => {
    const limiter = new Limiter();

    for (let index = 0; index < 59; index++) limiter.charge(requests(60), 0);

    expect(countOf(10, () => limiter.take(requests(60), 0))).toBe(1);
  });

  it.each([Number.NaN, Infinity, -5])("is not spoilt by %d tokens", (count) => {
    const limiter = new Limiter();

    limiter.take(tokens(count, 100), 0);

    expect(limiter.take(tokens(100, 100), 0)).toEqual({ ok: true });
  });

  it("is not confused by a clock that goes back", () => {
    const limiter = new Limiter();
    countOf(60, () => limiter.take(requests(60), 10_000));

    expect(countOf(60, () => limiter.take(requests(60), 0))).toBe(0);
    expect(countOf(60, () => limiter.take(requests(60), 11_000))).toBe(1);
  });

  it("never lets more through in any time than the rate and one whole minute's worth", () => {
    const asked = record({
      afterMs: integer({ min: 0, max: 5_000 }),
      cost: integer({ min: 1, max: 100 }),
    });
    assert(
      property(
        array(asked, { minLength: 1, maxLength: 200 }),
        integer({ min: 100, max: 2_000 }),
        (asks, rate) => {
          const limiter = new Limiter();
          const through: { at: number; cost: number }[] = [];
          let at = 0;
          for (const { afterMs, cost } of asks) {
            at += afterMs;
            if (limiter.take(tokens(cost, rate), at).ok) through.push({ at, cost });
          }

          for (const [first, { at: from }] of through.entries()) {
            let used = 0;
            for (const { at: until, cost } of through.slice(first)) {
              used += cost;
              expect(used).toBeLessThanOrEqual(rate + ((until - from) * rate) / MINUTE_MS + 1e-3);
            }
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it("lets everybody through who comes back when told, after few questions", () => {
    assert(
      property(integer({ min: 1, max: 300 }), integer({ min: 10, max: 100 }), (callers, rate) => {
        const limiter = new Limiter();
        const asked = playUntilServed(
          Array.from({ length: callers }, () => 0),
          (at) => limiter.take(requests(rate), at),
        );

        expect(Math.max(...asked)).toBeLessThanOrEqual(2 + Math.ceil(callers / rate));
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    { waiting: 900, crowd: 20 },
    { waiting: 1_000, crowd: 100 },
    { waiting: 5_000, crowd: 1 },
  ])(
    "lets a call of $waiting of 1000 tokens a minute through a crowd of calls of $crowd",
    ({ waiting, crowd }) => {
      expect(minutesUntilServed(waiting, crowd)).toBeLessThan(4);
    },
  );

  it("lets a small call through a crowd of large ones", () => {
    expect(minutesUntilServed(10, 900)).toBeLessThan(4);
  });
});

describeWithRedis("the script for Redis", () => {
  let server: RedisServer;
  let client: Awaited<ReturnType<typeof connected>>;

  beforeAll(async () => {
    server = await startRedis();
    client = await connected(server.url);
  });

  afterAll(async () => {
    client.destroy();
    await server.stop();
  });

  it("decides as the limiter does", async () => {
    const limits: readonly NamedLimit[] = [
      { name: "a/*", requestsPerMinute: 20, tokensPerMinute: 1_000 },
      { name: "a/one", tokensPerMinute: 300.5 },
      { name: "a/two", requestsPerMinute: 0.5 },
    ];
    const ask = record({
      afterMs: oneof(integer({ min: 0, max: 500 }), integer({ min: 0, max: 40_000 })),
      tokens: oneof(integer({ min: 0, max: 400 }), integer({ min: 0, max: 3_000 })),
      limits: subarray([...limits], { minLength: 1 }),
    });
    const script = takeScript("local now = tonumber(ARGV[#ARGV])");
    await assert(
      asyncProperty(array(ask, { maxLength: 40 }), async (asks) => {
        const limiter = new Limiter();
        const run = crypto.randomUUID();
        let now = 1_764_000_000_000;
        for (const { afterMs, ...wanted } of asks) {
          now += afterMs;
          const shares = sharesOf(wanted);
          const keys = shares.map(({ unit, limit }) => `${run}:${unit}:${limit}`);
          const given = [...takeArguments(shares), String(now)];
          // oxlint-disable-next-line no-await-in-loop -- One after the other: each depends on those before.
          const reply = await client.sendCommand([
            "EVAL",
            script,
            String(keys.length),
            ...keys,
            ...given,
          ]);

          expect(readReply(reply, wanted)).toEqual(limiter.take(wanted, now));
        }
      }),
      { numRuns: 100 },
    );
  });
});

/** How long one call has to wait where others ask ten times a second for more than there is. */
function minutesUntilServed(waiting: number, crowd: number): number {
  const limiter = new Limiter();
  let nextAsk = 0;
  for (let at = 0; at < 60 * MINUTE_MS; at += 100) {
    for (let index = 0; index < 5; index++) limiter.take(tokens(crowd, 1_000), at);
    if (at < nextAsk) continue;
    const answer = limiter.take(tokens(waiting, 1_000), at);
    if (answer.ok) return at / MINUTE_MS;
    nextAsk = at + answer.retryAfterMs;
  }
  return Infinity;
}

/** Everybody asks, comes back when told, and asks again. Gives how often each had to ask. */
function playUntilServed(starts: readonly number[], take: (at: number) => TakenShare): number[] {
  const asked = starts.map(() => 0);
  const queue = starts.map((at, caller) => ({ at, caller }));
  while (queue.length > 0) {
    queue.sort((first, second) => first.at - second.at);
    const { at, caller } = queue.shift()!;
    asked[caller]! += 1;
    const answer = take(at);
    if (!answer.ok) queue.push({ at: at + answer.retryAfterMs, caller });
  }
  return asked;
}

function readReply(reply: unknown, wanted: WantedShare): TakenShare {
  const [refused, retryAfterMs] = z.tuple([z.number(), z.number()]).parse(reply);
  const share = sharesOf(wanted)[refused - 1];
  return share === undefined ? { ok: true } : { ok: false, limit: share.limit, retryAfterMs };
}

function requests(requestsPerMinute: number): WantedShare {
  return { tokens: 0, limits: [{ name: "a/one", requestsPerMinute }] };
}

function tokens(count: number, tokensPerMinute: number): WantedShare {
  return { tokens: count, limits: [{ name: "a/one", tokensPerMinute }] };
}

function countOf(times: number, take: () => TakenShare): number {
  return Array.from({ length: times }, take).filter(({ ok }) => ok).length;
}

function waitOf(answer: TakenShare): number {
  return answer.ok ? 0 : answer.retryAfterMs;
}

async function connected(url: string) {
  const client = createClient({ url });
  await client.connect();
  return client;
}
