/** Attempts that are local activities: what they tell of themselves, what they leave to the workflow, and the journal. */

import { ApplicationFailure, CancelledFailure } from "@temporalio/common";
import { MockActivityEnvironment } from "@temporalio/testing";
import { z } from "zod";
import type {
  AttemptFailureDetails,
  AttemptReply,
  AttemptRequest,
  LocalTry,
} from "../../activities/contract.ts";
import { NO_GUARDRAILS } from "../../activities/guarding/guardrails.ts";
import { attemptLocally } from "../../activities/local-attempt.ts";
import { sha256 } from "../../graph/sha256.ts";
import { toJsonSchema } from "../../graph/schema.ts";
import { ProviderError, type AttemptJournal, type Provider } from "../../plugins/contract.ts";
import { openGate } from "../harness/open-gate.ts";

type Generate = Provider["generate"];

const OF = { id: "draft#0", step: "draft", model: "vendor/large" };
const BUSY = new ProviderError("overloaded", "busy");

interface World {
  readonly journal?: AttemptJournal;
  readonly generate?: Generate;
  readonly honoursIdempotencyKeys?: boolean;
  readonly request?: Partial<AttemptRequest>;
  readonly local?: Partial<LocalTry>;
  readonly env?: MockActivityEnvironment;
}

async function run(world: World): Promise<AttemptReply> {
  const { journal, generate = answering(), honoursIdempotencyKeys, request, env } = world;
  const access = {
    providers: new Map([["vendor", { id: "vendor", generate, honoursIdempotencyKeys }]]),
    tools: {},
    guarding: NO_GUARDRAILS,
    live: openGate(),
    journal,
  };
  const asked: AttemptRequest = {
    step: "draft",
    model: "vendor/large",
    messages: [{ role: "user", content: "Hello" }],
    output: toJsonSchema(z.string()),
    deadlineMs: 8_000,
    price: { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
    ...request,
  };
  const local = { id: "draft#0", timeLeftMs: 60_000, ...world.local };
  return (env ?? new MockActivityEnvironment()).run<[], AttemptReply, () => Promise<AttemptReply>>(
    () => attemptLocally(asked, local, access),
  );
}

async function errorOf(attempted: Promise<AttemptReply>): Promise<unknown> {
  return attempted.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

async function failureOf(
  attempted: Promise<AttemptReply>,
): Promise<ApplicationFailure & { readonly told: AttemptFailureDetails }> {
  const error = await errorOf(attempted);
  if (!(error instanceof ApplicationFailure)) throw new Error(`Not a failure: ${String(error)}`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by activities/to-failure.ts.
  return Object.assign(error, { told: error.details?.[0] as AttemptFailureDetails });
}

function answering(): jest.MockedFunction<Generate> {
  return jest.fn<ReturnType<Generate>, Parameters<Generate>>(async () => ({
    text: "Hi",
    finishReason: "stop",
    usage: { inputTokens: 10, outputTokens: 5 },
  }));
}

function failing(error: unknown): jest.MockedFunction<Generate> {
  return jest.fn<ReturnType<Generate>, Parameters<Generate>>(async () => {
    throw error;
  });
}

/** Calls and writes, in order. */
function notingJournal(): AttemptJournal & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    read: async (key) => entries.get(key),
    write: async (key, entry) => void entries.set(key, entry),
  };
}

/** As a worker leaves the journal that is lost in the middle of the call. */
async function lostJournal(): Promise<AttemptJournal & { readonly entries: Map<string, string> }> {
  const journal = notingJournal();
  const env = new MockActivityEnvironment();
  let begun: (() => void) | undefined;
  const called = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const stalled: Generate = () => {
    begun?.();
    return new Promise(() => {});
  };
  const lost = errorOf(run({ journal, generate: stalled, env }));
  await called;
  const entries = new Map(journal.entries);
  env.cancel();
  await lost;
  return { ...notingJournal(), entries, read: async (key) => entries.get(key) };
}

describe("a local attempt", () => {
  it("says with its reply which attempt it was", async () => {
    const request = { plan: "cascade", isStandIn: true, arm: "b" } as const;

    const reply = await run({ request });

    expect(reply).toMatchObject({ value: "Hi", of: { ...OF, ...request } });
    expect(reply.tries).toBeUndefined();
  });

  it("says so with a failure, which Temporal does not try again", async () => {
    const failure = await failureOf(run({ generate: failing(new ProviderError("auth", "no")) }));

    expect(failure).toMatchObject({ type: "auth", nonRetryable: true });
    expect(failure.told).toMatchObject({ kind: "auth", of: OF });
    expect(failure.told.retry).toBeUndefined();
  });

  it("says so when it is cancelled, with what it may still be billed", async () => {
    const env = new MockActivityEnvironment();
    const stalled: Generate = (_request, { signal }) => {
      queueMicrotask(() => env.cancel());
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    };

    const error = await errorOf(run({ generate: stalled, env }));

    expect(error).toBeInstanceOf(CancelledFailure);
    expect(error).toMatchObject({ details: [{ of: OF, mayBeBilled: true, isEstimate: true }] });
  });

  it("sends no heartbeats: there is nobody to hear them", async () => {
    const env = new MockActivityEnvironment();
    const beats: unknown[] = [];
    env.on("heartbeat", (details) => beats.push(details));

    await run({
      env,
      generate: async (request, context) => {
        context.reportProgress("receiving");
        return answering()(request, context);
      },
    });

    expect(beats).toEqual([]);
  });
});

describe("a failure that cost nothing", () => {
  it.each([
    [undefined, 250],
    [{ calls: 0, waits: 2 }, 1_000],
    [{ calls: 0, waits: 6 }, 5_000],
  ])("has the workflow try again, after %j in %i ms", async (before, afterMs) => {
    const local = before ? { before } : {};

    const { told } = await failureOf(run({ generate: failing(BUSY), local }));

    const calls = (before?.calls ?? 0) + 1;
    expect(told.retry).toMatchObject({ afterMs, tries: { calls, waits: before?.waits ?? 0 } });
  });

  it("waits as long as the provider asks", async () => {
    const error = new ProviderError("rate_limited", "slow down", { retryAfterMs: 3_000 });

    const failure = await failureOf(run({ generate: failing(error) }));

    expect(failure.told.retry?.afterMs).toBe(3_000);
    expect(failure.nextRetryDelay).toBeUndefined();
  });

  it.each<[string, Partial<LocalTry>]>([
    ["it has been called twice", { before: { calls: 1, waits: 0 } }],
    ["there is no time left for it", { timeLeftMs: 200 }],
    ["there were eight tries", { before: { calls: 0, waits: 7 } }],
  ])("is the end when %s", async (_name, local) => {
    const { told } = await failureOf(run({ generate: failing(BUSY), local }));

    expect(told.retry).toBeUndefined();
  });

  it("counts among the tries of the reply that comes then", async () => {
    const reply = await run({ local: { before: { calls: 1, waits: 0 } } });

    expect(reply.tries).toBe(2);
  });
});

async function away(): Promise<never> {
  throw new Error("away");
}

describe("the journal of a local attempt", () => {
  it("knows of the call before it is made, and then its reply", async () => {
    const journal = notingJournal();
    const during: (string | undefined)[] = [];
    const generate = answering();

    await run({
      journal,
      generate: (request, context) => {
        during.push(journal.entries.get(context.idempotencyKey));
        return generate(request, context);
      },
    });

    expect(during).toEqual([`{"begun":true}`]);
    expect([...journal.entries.values()]).toEqual([expect.stringContaining(`"text":"Hi"`)]);
  });

  it("gives the reply to whoever makes the attempt again, and no call is made", async () => {
    const journal = notingJournal();
    const first = await run({ journal });
    const generate = answering();

    const again = await run({ journal, generate });

    expect(generate).not.toHaveBeenCalled();
    expect(again).toEqual({ ...first, isFromJournal: true });
  });

  it("marks what was asked by its hash, and what a budget holds for it", async () => {
    const reserved = { costNanoUsd: 7 };

    const { of } = await run({ request: { reserved } });

    const promptSha256 = await sha256('[{"content":"Hello","role":"user"}]');
    expect(of).toEqual({ ...OF, reserved, promptSha256 });
  });

  it("gives the same failure too", async () => {
    const journal = notingJournal();
    const first = await failureOf(run({ journal, generate: failing(BUSY) }));
    const generate = answering();

    const again = await failureOf(run({ journal, generate }));

    expect(generate).not.toHaveBeenCalled();
    expect(again.told).toEqual({ ...first.told, isFromJournal: true });
  });

  it("tells of a call that was begun: it is lost, and may be billed", async () => {
    const generate = answering();

    const failure = await failureOf(run({ journal: await lostJournal(), generate }));

    expect(generate).not.toHaveBeenCalled();
    expect(failure).toMatchObject({ type: "unavailable" });
    expect(failure.told).toMatchObject({ tries: 1, mayBeBilled: true, isEstimate: true, of: OF });
    expect(failure.told.retry).toBeUndefined();
  });

  it("has such a call made again under its key, where the provider honours that", async () => {
    const journal = await lostJournal();
    const generate = answering();

    const reply = await run({ journal, generate, honoursIdempotencyKeys: true });

    expect(reply).toMatchObject({ value: "Hi", of: OF });
    expect(generate.mock.calls.map(([, context]) => context.idempotencyKey)).toEqual([
      ...journal.entries.keys(),
    ]);
  });

  it("has a page for each attempt, and for each of its calls", async () => {
    const journal = notingJournal();
    const generate = answering();

    await run({ journal, generate });
    await run({ journal, generate, local: { id: "draft#1" } });
    await run({ journal, generate, local: { before: { calls: 1, waits: 0 } } });

    expect(journal.entries.size).toBe(3);
    expect(generate).toHaveBeenCalledTimes(3);
  });

  it("that is away costs no reply", async () => {
    const reply = await run({ journal: { read: away, write: away } });

    expect(reply.value).toBe("Hi");
  });
});
