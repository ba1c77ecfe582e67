import { z } from "zod";
import type { Candidate } from "../../activities/contract.ts";
import type { ModelCallDefinition } from "../../graph/definition.ts";
import { type CurableKind, FAILURE_KINDS, FAILURE_POLICIES } from "../../graph/failure-kinds.ts";
import { callWithFakeHost, failure, FREE, reply, type FakeAnswers } from "../harness/fake-host.ts";

const call: ModelCallDefinition = {
  models: ["small"],
  guard: { input: [], output: [] },
  output: z.object({ even: z.number().refine((number) => number % 2 === 0, "has to be even") }),
  system: undefined,
  prompt: () => "How many?",
  messages: undefined,
  deadlineMs: 20_000,
  tools: [],
  maxToolRounds: 8,
  settings: {},
};

function candidate(model: string, more: Partial<Candidate> = {}): Candidate {
  return { model, alias: "small", score: 0, reason: "listed", ...more };
}

const two = [candidate("a/one"), candidate("b/two")];
const GOOD = { even: 2 };

/** The first model does this, all others answer. */
function firstDoes(
  attempt: FakeAnswers["attempt"],
  candidates: readonly Candidate[] = two,
): FakeAnswers {
  const [first] = candidates;
  return {
    candidates,
    attempt: (asked, count, host) =>
      asked.request.model === first?.model ? attempt(asked, count, host) : reply(GOOD),
  };
}

describe("the models that are asked", () => {
  it("include one whose breaker was open again, when all others have failed", async () => {
    const refused = { ...FREE, notCalled: true, tries: 0 } as const;
    const asked: string[] = [];
    const answers: FakeAnswers = {
      candidates: two,
      attempt: (question, count) => {
        const { request, label } = question;
        asked.push(`${label.id} ${request.model}${request.isLast ? " at last" : ""}`);
        if (count === 3) return reply(GOOD);
        return count === 1
          ? failure(question, "unavailable", refused)
          : failure(question, "overloaded", FREE);
      },
    };

    const { value } = await callWithFakeHost(call, { answers });

    expect(value).toEqual(GOOD);
    expect(asked).toEqual(["ask#0 a/one", "ask#1 b/two", "ask#2 a/one at last"]);
  });

  it.each(FAILURE_KINDS)(
    "after %s, when that was paid for, are those of the table of kinds",
    async (kind) => {
      const answers = firstDoes((asked) => failure(asked, kind));

      const { host, error } = await callWithFakeHost(call, { answers });

      const { retries, tryNextModel } = FAILURE_POLICIES[kind];
      expect(host.attempts.map(({ request }) => request.model)).toEqual([
        ...Array.from({ length: retries + 1 }, () => "a/one"),
        ...(tryNextModel ? ["b/two"] : []),
      ]);
      expect(error?.code).toBe(tryNextModel ? undefined : "RUN_NO_CANDIDATE_LEFT");
    },
  );

  it.each<[string, object, object, readonly string[]]>([
    ["the table of kinds", {}, {}, ["a/one", "a/one", "b/two"]],
    ["the alias", {}, { retryOn: [], fallbackOn: [] }, ["a/one"]],
    ["the alias, in part", {}, { retryOn: [] }, ["a/one", "b/two"]],
    ["the step", { retryOn: [] }, {}, ["a/one", "b/two"]],
    [
      "the step, not the alias",
      { retryOn: ["malformed"] },
      { retryOn: [] },
      ["a/one", "a/one", "b/two"],
    ],
    [
      "the step, not the alias, in part",
      { fallbackOn: [] },
      { retryOn: [], fallbackOn: ["malformed"] },
      ["a/one"],
    ],
  ])("after a malformed reply are those of %s", async (_name, settings, alias, models) => {
    const candidates = [candidate("a/one", alias), candidate("b/two")];
    const answers = firstDoes((asked) => failure(asked, "malformed"), candidates);

    const { host } = await callWithFakeHost({ ...call, settings }, { answers });

    expect(host.attempts.map(({ request }) => request.model)).toEqual(models);
  });

  it("are told to Temporal too, which tries again what cost nothing", async () => {
    const retryOn: readonly CurableKind[] = ["overloaded"];
    const answers = firstDoes(() => reply(GOOD));

    const { host } = await callWithFakeHost({ ...call, settings: { retryOn } }, { answers });

    expect(host.attempts[0]?.request.retryOn).toEqual(retryOn);
  });

  it.each([
    ["was tried again", { ...FREE, tries: 2 }],
    ["could not be tried again in time", { ...FREE, tries: 1 }],
    ["asks for a longer wait than there is patience for", { ...FREE, waitMs: 60_000 }],
  ])("do not have what cost nothing repeated at once when it %s", async (_name, more) => {
    const answers = firstDoes((asked) => failure(asked, "overloaded", more));

    const { host } = await callWithFakeHost(call, { answers });

    expect(host.attempts.map(({ request }) => request.model)).toEqual(["a/one", "b/two"]);
  });
});

describe("a step that is asked again", () => {
  it("is asked with what was wrong, by the worker's word", async () => {
    const correction = "the reply is not JSON";
    const answers = firstDoes((asked, count) =>
      count === 1 ? failure(asked, "invalid_output", { correction }) : reply(GOOD),
    );

    const { host, value } = await callWithFakeHost(call, { answers });

    expect(value).toEqual(GOOD);
    expect(host.attempts.map(({ request }) => request.messages)).toEqual([
      [{ role: "user", content: "How many?" }],
      [
        { role: "user", content: "How many?" },
        {
          role: "user",
          content:
            "Your last reply was refused: the reply is not JSON. Answer again, so that it fits.",
        },
      ],
    ]);
  });

  it("is asked with what was wrong, by a rule that only the schema knows", async () => {
    const answers = firstDoes((_asked, count) => reply({ even: count === 1 ? 3 : 4 }));

    const { host, value } = await callWithFakeHost(call, { answers });

    expect(value).toEqual({ even: 4 });
    expect(host.attempts[1]?.request.messages.at(-1)).toMatchObject({
      content: expect.stringContaining(`"even": has to be even`),
    });
  });

  it("does not tell the next model what was wrong with the last one's reply", async () => {
    const answers = firstDoes((asked) =>
      failure(asked, "invalid_output", { correction: "the reply is not JSON" }),
    );

    const { host } = await callWithFakeHost(call, { answers });

    expect(host.attempts.at(-1)?.request).toMatchObject({
      model: "b/two",
      messages: [{ role: "user", content: "How many?" }],
    });
  });

  it("has ids and summaries that tell its attempts apart", async () => {
    const answers = firstDoes((asked) => failure(asked, "malformed"));

    const { host } = await callWithFakeHost(call, { answers });

    const { ids, summaries } = labelsOf(host.attempts);
    expect(new Set(ids).size).toBe(3);
    expect(summaries).toEqual([
      "ask · a/one",
      "ask · a/one · asked again",
      "ask · b/two (fallback 1)",
    ]);
  });

  it("counts how often its model was called before, tries of Temporal included", async () => {
    const answers = firstDoes((asked, count) =>
      count < 3 ? failure(asked, "malformed", { tries: count }) : reply(GOOD),
    );

    const { host } = await callWithFakeHost(call, { answers });

    expect(host.attempts.map(({ request }) => [request.model, request.callsBefore])).toEqual([
      ["a/one", undefined],
      ["a/one", 1],
      ["b/two", undefined],
    ]);
  });
});

describe("a model that calls tools", () => {
  const withTools: ModelCallDefinition = { ...call, tools: ["find"], maxToolRounds: 2 };
  const toolCalls = [
    { id: "1", tool: "find", input: { name: "Ada" } },
    { id: "2", tool: "find", input: { name: "Bob" } },
  ];
  const asksForTools = reply(undefined, { toolCalls });

  it("is given what they gave, in the order of its calls", async () => {
    const answers: FakeAnswers = {
      candidates: two,
      attempt: (_asked, count) => (count === 1 ? asksForTools : reply(GOOD)),
      tool: ({ input }) => ({ ok: true, value: input }),
    };

    const { host, value } = await callWithFakeHost(withTools, { answers });

    expect(value).toEqual(GOOD);
    expect(host.routes).toMatchObject([
      {
        step: "ask",
        aliases: ["small"],
        tools: ["find"],
        messages: [{ role: "user", content: "How many?" }],
      },
    ]);
    expect(host.attempts[1]?.request.messages).toEqual([
      { role: "user", content: "How many?" },
      { role: "assistant", toolCalls },
      { role: "tool", toolCallId: "1", tool: "find", output: { name: "Ada" } },
      { role: "tool", toolCallId: "2", tool: "find", output: { name: "Bob" } },
    ]);
    expect(host.tools.map(({ label }) => label.summary)).toEqual([
      "ask · find for the model",
      "ask · find for the model",
    ]);
    expect(new Set(host.tools.map(({ label }) => label.id)).size).toBe(2);
  });

  it("is told of one that failed", async () => {
    const answers: FakeAnswers = {
      candidates: two,
      attempt: (_asked, count) => (count === 1 ? asksForTools : reply(GOOD)),
      tool: () => ({ ok: false, error: { code: "Error", message: "no such customer" } }),
    };

    const { host } = await callWithFakeHost(withTools, { answers });

    expect(host.attempts[1]?.request.messages.at(-1)).toMatchObject({
      output: { error: "no such customer" },
    });
  });

  it("has to answer once its rounds are used up", async () => {
    const answers: FakeAnswers = {
      candidates: two,
      attempt: ({ request }) => (request.tools ? asksForTools : reply(GOOD)),
    };

    const { host } = await callWithFakeHost(withTools, { answers });

    expect(host.attempts.map(({ request }) => request.tools)).toEqual([
      ["find"],
      ["find"],
      undefined,
    ]);
    expect(labelsOf(host.attempts).summaries).toEqual([
      "ask · a/one",
      "ask · a/one · after tools 1",
      "ask · a/one · after tools 2",
    ]);
  });

  it("and then fails has the next one go on from there: no tool is called twice", async () => {
    const answers = firstDoes((asked, count) =>
      count === 1 ? asksForTools : failure(asked, "refused"),
    );

    const { host, value } = await callWithFakeHost(withTools, { answers });

    expect(value).toEqual(GOOD);
    expect(host.tools).toHaveLength(2);
    expect(host.attempts.at(-1)?.request).toMatchObject({
      model: "b/two",
      messages: [{ role: "user" }, { role: "assistant" }, { role: "tool" }, { role: "tool" }],
    });
  });

  it("is asked again once for all its rounds, not once in each", async () => {
    const answers = firstDoes((asked, count) => {
      if (count === 2) return asksForTools;
      return failure(asked, "malformed");
    });

    const { host } = await callWithFakeHost(withTools, { answers });

    const { ids, summaries } = labelsOf(host.attempts);
    expect(summaries).toEqual([
      "ask · a/one",
      "ask · a/one · asked again",
      "ask · a/one · after tools 1",
      "ask · b/two (fallback 1)",
    ]);
    expect(new Set(ids).size).toBe(4);
    expect(host.attempts.map(({ request }) => request.callsBefore)).toEqual([
      undefined,
      1,
      2,
      undefined,
    ]);
  });
});

describe("a prompt that is too long for a model", () => {
  it.each<[string, readonly Candidate[], readonly string[]]>([
    [
      "no larger",
      [
        candidate("a/one", { contextWindow: 1_000 }),
        candidate("b/same", { contextWindow: 1_000 }),
        candidate("c/small", { contextWindow: 500 }),
        candidate("d/large", { contextWindow: 2_000 }),
      ],
      ["a/one", "d/large"],
    ],
    [
      "not known",
      [candidate("a/one", { contextWindow: 1_000 }), candidate("b/two"), candidate("c/three")],
      ["a/one", "b/two"],
    ],
    [
      "known, after one that is not",
      [candidate("a/one"), candidate("b/two", { contextWindow: 10 })],
      ["a/one", "b/two"],
    ],
  ])("is not sent to one whose window is %s", async (_name, candidates, models) => {
    const answers = firstDoes((asked) => failure(asked, "context_length", FREE), candidates);

    const { host } = await callWithFakeHost(call, { answers });

    expect(host.attempts.map(({ request }) => request.model)).toEqual(models);
  });

  it("is told so, when no model is left", async () => {
    const answers: FakeAnswers = {
      candidates: [
        candidate("a/one", { contextWindow: 1_000 }),
        candidate("b/two", { contextWindow: 2_000 }),
        candidate("c/three", { contextWindow: 1_500 }),
      ],
      attempt: (asked) => failure(asked, "context_length", FREE),
    };

    const { error, host } = await callWithFakeHost(call, { answers });

    expect(host.attempts).toHaveLength(2);
    expect(error?.message).toContain(
      "Not tried: c/three: its context window is no larger than one that was too small.",
    );
  });

  it("says nothing of windows after another failure", async () => {
    const candidates = [
      candidate("a/one", { contextWindow: 1_000 }),
      candidate("b/two", { contextWindow: 500 }),
    ];
    const answers = firstDoes((asked) => failure(asked, "refused"), candidates);

    const { value } = await callWithFakeHost(call, { answers });

    expect(value).toEqual(GOOD);
  });
});

describe("what an attempt is told", () => {
  it("is what the step says of its call", async () => {
    const settings = {
      connectMs: 1_000,
      firstByteMs: 2_000,
      idleMs: 3_000,
      maxOutputTokens: 50,
      sampling: { temperature: 0 },
      stream: true,
    };
    const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };
    const answers = firstDoes(
      () => reply(GOOD),
      [candidate("a/one", { price }), candidate("b/two")],
    );

    const { host } = await callWithFakeHost({ ...call, settings }, { answers });

    expect(host.attempts[0]?.request).toMatchObject({
      ...settings,
      step: "ask",
      model: "a/one",
      deadlineMs: 20_000,
      price,
    });
  });

  it("is nothing that nobody said", async () => {
    const answers = firstDoes(() => reply(GOOD));

    const { host } = await callWithFakeHost(call, { answers });

    expect(Object.keys(host.attempts[0]?.request ?? {}).toSorted()).toEqual([
      "deadlineMs",
      "messages",
      "model",
      "output",
      "step",
    ]);
  });

  it.each([
    [1_000, 1_000],
    [9_000, 4_096],
    [undefined, 4_096],
  ])(
    "under a budget is no more output than a model that writes at most %p has: %i",
    async (most, maxOutputTokens) => {
      const candidates = [candidate("a/one", most === undefined ? {} : { maxOutputTokens: most })];
      const answers = firstDoes(() => reply(GOOD), candidates);

      const { host } = await callWithFakeHost(call, { answers, budget: { tokens: 99_999 } });

      expect(host.attempts[0]?.request.maxOutputTokens).toBe(maxOutputTokens);
    },
  );

  it("is the step's patience; and with no other model left, all the time there is", async () => {
    const settings = { patienceMs: 2_000, stepMs: 90_000 };
    const answers = firstDoes((asked) => failure(asked, "refused"));

    const { host } = await callWithFakeHost({ ...call, settings }, { answers });

    expect(host.attempts.map(({ request }) => request.patienceMs)).toEqual([2_000, 90_000]);
  });
});

describe("the time of a step", () => {
  it.each([
    [{}, 20_000, 600_000],
    [{}, 300_000, 1_200_000],
    [{ stepMs: 50_000 }, 20_000, 50_000],
    [{ stepMs: 5_000 }, 5_000, 5_000],
  ])(
    "with %j is what all its attempts have together: deadline %i ms, time %i ms",
    async (settings, deadlineMs, timeLeftMs) => {
      const answers = firstDoes(() => reply(GOOD));

      const { host } = await callWithFakeHost(
        { ...call, settings, deadlineMs: Math.max(deadlineMs, 20_000) },
        { answers },
      );

      expect(host.attempts[0]).toMatchObject({ request: { deadlineMs }, label: { timeLeftMs } });
    },
  );

  it("is cut to what is left of it, attempt by attempt", async () => {
    const answers = firstDoes((asked, _count, host) => {
      host.pass(20_000);
      return failure(asked, "malformed");
    });

    const { host } = await callWithFakeHost({ ...call, settings: { stepMs: 50_000 } }, { answers });

    expect(
      host.attempts.map(({ request, label }) => [request.deadlineMs, label.timeLeftMs]),
    ).toEqual([
      [20_000, 50_000],
      [20_000, 30_000],
      [10_000, 10_000],
    ]);
  });

  it.each([
    ["back", -3_600_000, ["a/one", "a/one", "b/two"], undefined],
    ["ahead", 3_600_000, ["a/one"], "RUN_DEADLINE_PASSED"],
  ])(
    "of a clock that jumps %s by an hour has an end, and no call takes longer",
    async (_name, jumpMs, models, code) => {
      const answers = firstDoes((asked, _count, host) => {
        host.pass(jumpMs);
        return failure(asked, "malformed");
      });

      const { error, host } = await callWithFakeHost(
        { ...call, settings: { stepMs: 50_000 } },
        { answers },
      );

      expect(host.attempts.map(({ request }) => request.model)).toEqual(models);
      expect(host.attempts.every(({ request }) => request.deadlineMs === 20_000)).toBe(true);
      expect(error?.code).toBe(code);
    },
  );

  it("once it is up ends the run, with every attempt", async () => {
    const answers = firstDoes((asked, _count, host) => {
      host.pass(25_000);
      return failure(asked, "malformed");
    });

    const { error, host } = await callWithFakeHost(
      { ...call, settings: { stepMs: 50_000 } },
      { answers },
    );

    expect(host.attempts).toHaveLength(2);
    expect(error).toMatchObject({
      code: "RUN_DEADLINE_PASSED",
      message:
        `Step "ask" of graph "asking" is stopped: the deadline of the step has passed. ` +
        `Attempts: 1. a/one: as asked (malformed, 5 ms); 2. a/one: as asked (malformed, 5 ms). ` +
        `Give it more time, or the attempts less.`,
    });
  });

  it("that is up with the last attempt is told as that, not as a model that failed", async () => {
    const answers = firstDoes(
      (asked, _count, host) => {
        host.pass(asked.request.deadlineMs);
        return failure(asked, "timeout");
      },
      [candidate("a/one")],
    );

    const { error } = await callWithFakeHost(call, { answers, runMs: 5_000 });

    expect(error?.code).toBe("RUN_DEADLINE_PASSED");
    expect(error?.message).toContain("the deadline of the run has passed");
  });

  it("stands still while somebody is asked for a higher budget", async () => {
    const answers: FakeAnswers = {
      ...firstDoes(() => reply(GOOD)),
      decide: (_request, host) => {
        host.pass(86_400_000);
        return { value: { raise: true, calls: 1 } };
      },
    };

    const { host, value } = await callWithFakeHost(
      { ...call, settings: { stepMs: 50_000 } },
      { answers, budget: { calls: 0, atLimit: "ask" } },
    );

    expect(value).toEqual(GOOD);
    expect(host.attempts[0]?.label.timeLeftMs).toBe(50_000);
  });

  it("of the run does not: a raise that comes too late is no use", async () => {
    const answers: FakeAnswers = {
      ...firstDoes(() => reply(GOOD)),
      decide: (_request, host) => {
        host.pass(86_400_000);
        return { value: { raise: true, calls: 1 } };
      },
    };

    const { error } = await callWithFakeHost(call, {
      answers,
      budget: { calls: 0, atLimit: "ask" },
      runMs: 3_600_000,
    });

    expect(error?.code).toBe("RUN_DEADLINE_PASSED");
  });
});

describe("a run that is cancelled in the middle of an attempt", () => {
  it("keeps on record what may still be billed, and ends with the cancellation", async () => {
    const cancellation = new Error("cancelled");
    const answers = firstDoes((asked) => {
      const cancelled = failure(asked, "cancelled", { isEstimate: true, mayBeBilled: true });
      return cancelled.ok ? cancelled : { ...cancelled, cancellation };
    });

    const { error, record } = await callWithFakeHost(call, { answers });

    expect(error).toBe(cancellation);
    expect(record.attempts).toMatchObject([
      { status: "cancelled", kind: "cancelled", mayBeBilled: true },
    ]);
    expect(record.totals()).toMatchObject({ failures: 0, inputTokens: 10 });
  });
});

function labelsOf(
  attempts: readonly { readonly label: { readonly id: string; readonly summary: string } }[],
): {
  readonly ids: readonly string[];
  readonly summaries: readonly string[];
} {
  return {
    ids: attempts.map(({ label }) => label.id),
    summaries: attempts.map(({ label }) => label.summary),
  };
}
