/** Attempts and the journal: what a lost worker was answered is not asked for again. */

import { ApplicationFailure } from "@temporalio/common";
import { MockActivityEnvironment } from "@temporalio/testing";
import { z } from "zod";
import { attempt } from "../../activities/attempt.ts";
import type { AttemptReply, AttemptRequest } from "../../activities/contract.ts";
import { NO_GUARDRAILS } from "../../activities/guarding/guardrails.ts";
import { createLiveSignals } from "../../activities/signals/create-live-signals.ts";
import { toJsonSchema } from "../../graph/schema.ts";
import {
  ProviderError,
  type AttemptJournal,
  type ModelReply,
  type Provider,
} from "../../plugins/contract.ts";

type Generate = Provider["generate"];

/** Stands for a model's words: what no log may repeat. */
const CANARY = "canary";

const REPLY: ModelReply = {
  text: "Freeze the card.",
  finishReason: "stop",
  usage: { inputTokens: 10, outputTokens: 5 },
  requestId: "req_1",
};

/** What heartbeats say of a call that is under way. */
const CALLING = { calls: 1, waits: 0, isCalling: true };
/** Of one that has failed, and cost nothing. */
const FAILED = { ...CALLING, isCalling: false };

interface World {
  readonly journal: AttemptJournal | undefined;
  readonly generate?: Generate;
  readonly honoursIdempotencyKeys?: boolean;
  readonly request?: Partial<AttemptRequest>;
  /** What Temporal says of the tries before. */
  readonly tries?: ConstructorParameters<typeof MockActivityEnvironment>[0];
}

function run(world: World): Promise<AttemptReply> {
  const { journal, generate = answering(), honoursIdempotencyKeys, request, tries } = world;
  const vendor = { id: "vendor", generate, honoursIdempotencyKeys };
  const access = {
    providers: new Map([["vendor", vendor]]),
    tools: {},
    guarding: NO_GUARDRAILS,
    live: createLiveSignals({ now: () => performance.now() }),
    journal,
  };
  const asked: AttemptRequest = {
    step: "draft",
    model: "vendor/large",
    messages: [{ role: "user", content: "Hello" }],
    output: toJsonSchema(z.string()),
    deadlineMs: 30_000,
    price: { inputUsdPerMTok: 1, outputUsdPerMTok: 2 },
    ...request,
  };
  return new MockActivityEnvironment(tries).run<[], AttemptReply, () => Promise<AttemptReply>>(() =>
    attempt(asked, access),
  );
}

async function failureOf(attempted: Promise<AttemptReply>): Promise<ApplicationFailure> {
  const error: unknown = await attempted.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApplicationFailure) return error;
  throw new Error(`Expected an ApplicationFailure, got ${String(error)}`);
}

function answering(reply: Partial<ModelReply> = {}): jest.MockedFunction<Generate> {
  return jest.fn<ReturnType<Generate>, Parameters<Generate>>(async () => ({ ...REPLY, ...reply }));
}

function failing(error: Error): jest.MockedFunction<Generate> {
  return jest.fn<ReturnType<Generate>, Parameters<Generate>>(() => Promise.reject(error));
}

function memoryJournal(): AttemptJournal & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    read: async (key) => entries.get(key),
    write: async (key, entry) => void entries.set(key, entry),
  };
}

/** Keys of the calls that a provider was asked for. */
function keysOf(generate: jest.MockedFunction<Generate>): readonly string[] {
  return generate.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey);
}

it("keeps an answer before the attempt ends, under the key that the provider was given", async () => {
  const journal = memoryJournal();
  const generate = answering();

  await run({ journal, generate });

  expect([...journal.entries.keys()]).toEqual(keysOf(generate));
  expect(keysOf(generate)).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
});

it("keeps what does not fit as well: it is paid for", async () => {
  const journal = memoryJournal();
  const output = toJsonSchema(z.object({ kind: z.enum(["card"]) }));

  const failure = await failureOf(run({ journal, request: { output } }));

  expect(failure.type).toBe("invalid_output");
  expect(journal.entries.size).toBe(1);
});

it("gives the answer that a lost worker had, as that worker would have, and asks nobody", async () => {
  const journal = memoryJournal();
  const first = await run({ journal });
  const generate = answering();

  const second = await run({
    journal,
    generate,
    tries: { attempt: 2, heartbeatDetails: CALLING },
  });

  expect(generate).not.toHaveBeenCalled();
  expect(second).toEqual({ ...first, tries: 1, isFromJournal: true });
  expect(second).toMatchObject({ value: REPLY.text, requestId: "req_1", costNanoUsd: 20_000 });
});

it("finds the answer of a try whose heartbeats never arrived", async () => {
  const journal = memoryJournal();
  await run({ journal });

  const second = await run({ journal, generate: answering(), tries: { attempt: 2 } });

  expect(second.value).toBe(REPLY.text);
});

it("fails with what a lost worker's answer fails with: it is not asked for again", async () => {
  const journal = memoryJournal();
  const request = { output: toJsonSchema(z.object({ kind: z.enum(["card"]) })) };
  const first = await failureOf(run({ journal, request }));
  const generate = answering();

  const tries = { attempt: 2, heartbeatDetails: CALLING };
  const second = await failureOf(run({ journal, generate, request, tries }));

  expect(generate).not.toHaveBeenCalled();
  expect(second).toMatchObject({ type: first.type, message: first.message, nonRetryable: true });
  expect(second.details).toMatchObject([{ inputTokens: 10, outputTokens: 5 }]);
});

it("does not take the answer to an earlier call for that to a later one", async () => {
  const journal = memoryJournal();
  await run({ journal });
  const tries = { attempt: 3, heartbeatDetails: { ...CALLING, calls: 2 } };

  const failure = await failureOf(run({ journal, tries }));

  expect(failure).toMatchObject({ type: "unavailable", nonRetryable: true });
});

describe("a try that was lost before it gave a sign, after one that had failed for free", () => {
  const tries = { attempt: 3, heartbeatDetails: { ...FAILED, by: 1 } };

  it("may have called: the call is not made again", async () => {
    const generate = answering();

    const failure = await failureOf(run({ journal: memoryJournal(), generate, tries }));

    expect(generate).not.toHaveBeenCalled();
    expect(failure.details).toMatchObject([{ mayBeBilled: true, tries: 2 }]);
  });

  it("may have kept its answer, which is found", async () => {
    const journal = memoryJournal();
    await run({ journal, tries: { attempt: 2, heartbeatDetails: { ...FAILED, by: 1 } } });
    const generate = answering();

    const third = await run({ journal, generate, tries });

    expect(generate).not.toHaveBeenCalled();
    expect(third).toMatchObject({ value: REPLY.text, tries: 2 });
  });
});

it("looks for no answer where the last try has told how it ended", async () => {
  const journal = memoryJournal();
  await run({ journal });
  const generate = answering({ text: "Again." });

  const second = await run({
    journal,
    generate,
    tries: { attempt: 2, heartbeatDetails: FAILED },
  });

  expect(second.value).toBe("Again.");
  expect(journal.entries.size).toBe(2);
});

it("does not make a call again that may be billed, where nothing was kept", async () => {
  const generate = answering();
  const tries = { attempt: 2, heartbeatDetails: CALLING };

  const failure = await failureOf(run({ journal: memoryJournal(), generate, tries }));

  expect(generate).not.toHaveBeenCalled();
  expect(failure.details).toMatchObject([{ mayBeBilled: true }]);
});

it("makes it again, under the same key, where the provider bills such a call once", async () => {
  const first = jest.fn<ReturnType<Generate>, Parameters<Generate>>(async () => {
    throw new ProviderError("overloaded", "busy");
  });
  const again = answering();
  const world = { journal: memoryJournal(), honoursIdempotencyKeys: true };
  await failureOf(run({ ...world, generate: first }));

  const tries = { attempt: 2, heartbeatDetails: CALLING };
  const second = await run({ ...world, generate: again, tries });

  expect(keysOf(again)).toEqual(keysOf(first));
  expect(second).toMatchObject({ value: REPLY.text, tries: 1 });
});

describe("at a provider that bills a call once, however often it comes under its key", () => {
  let world: World;
  beforeEach(() => {
    world = { journal: memoryJournal(), honoursIdempotencyKeys: true };
  });
  const CUT = new ProviderError("malformed", "cut off");
  const UNREACHABLE = new ProviderError("unavailable", "no connection", { mayBeBilled: false });

  /** One try of a call that has been made before. */
  function again(generate: Generate, count: number): Promise<AttemptReply> {
    return run({ ...world, generate, tries: { attempt: count, heartbeatDetails: CALLING } });
  }

  it("a call whose answer was cut off is made again, and not another one", async () => {
    const first = failing(CUT);
    const failure = await failureOf(run({ ...world, generate: first }));
    const second = answering();

    const reply = await again(second, 2);

    expect(failure).toMatchObject({ type: "malformed", nonRetryable: false });
    expect(keysOf(second)).toEqual(keysOf(first));
    expect(reply).toMatchObject({ value: REPLY.text, tries: 1 });
  });

  it.each([
    ["there is no connection", UNREACHABLE],
    ["it is too busy", new ProviderError("rate_limited", "busy", { retryAfterMs: 1_000 })],
  ])("a call that may be billed stays one when it comes again and %s", async (_how, error) => {
    const failure = await failureOf(again(failing(error), 2));

    expect(failure).toMatchObject({ type: error.kind, nonRetryable: false });
    expect(failure.nextRetryDelay).toBe(error.details.retryAfterMs);
    expect(failure.details).toMatchObject([{ mayBeBilled: true, tries: 1 }]);
  });

  it("a call is given up in the end, as one that may be billed", async () => {
    const failure = await failureOf(again(failing(UNREACHABLE), 5));

    expect(failure).toMatchObject({ type: "unavailable", nonRetryable: true });
    expect(failure.details).toMatchObject([{ mayBeBilled: true, tries: 1 }]);
  });

  it("a call that ran out of time is not made again", async () => {
    const failure = await failureOf(again(failing(new ProviderError("timeout", "late")), 2));

    expect(failure).toMatchObject({ type: "timeout", nonRetryable: true });
  });

  it("a call that was not let through has cost nothing, and is made under a key of its own", async () => {
    const failure = await failureOf(run({ ...world, generate: failing(UNREACHABLE) }));

    expect(failure).toMatchObject({ type: "unavailable", nonRetryable: false });
    expect(failure.details).toMatchObject([{ tries: 1 }]);
    expect(failure.details).not.toMatchObject([{ mayBeBilled: true }]);
  });
});

it("gives a call that follows one which has failed a key of its own", async () => {
  const first = answering();
  const next = answering();

  await run({ journal: undefined, generate: first });
  await run({
    journal: undefined,
    generate: next,
    tries: { attempt: 2, heartbeatDetails: FAILED },
  });

  expect(keysOf(next)).not.toEqual(keysOf(first));
});

describe("a journal that does not work", () => {
  const broken: AttemptJournal = {
    async read() {
      throw new Error(CANARY);
    },
    async write() {
      throw Object.assign(new Error(CANARY), { code: "ENOSPC" });
    },
  };

  it("loses no answer of a worker that lives", async () => {
    expect(await run({ journal: broken })).toMatchObject({ value: REPLY.text });
  });

  it("makes a lost call one that may be billed", async () => {
    const tries = { attempt: 2, heartbeatDetails: CALLING };

    const failure = await failureOf(run({ journal: broken, tries }));

    expect(failure).toMatchObject({ type: "unavailable", nonRetryable: true });
    expect(JSON.stringify(failure)).not.toContain(CANARY);
  });
});
