import { z } from "zod";
import type { ConsensusPlan } from "../../activities/contract.ts";
import type { ModelCallDefinition } from "../../graph/definition.ts";
import {
  answering,
  callWithFakeHost,
  failure,
  idsOf,
  reply,
  stall,
  writerCandidate,
  type FakeAnswers,
  type FakeRun,
} from "../harness/fake-host.ts";

const call: ModelCallDefinition = {
  models: ["writer"],
  guard: { input: [], output: [] },
  output: z.object({ verdict: z.string().trim(), why: z.string() }),
  system: undefined,
  prompt: () => "Is it spam?",
  messages: undefined,
  deadlineMs: 20_000,
  tools: [],
  maxToolRounds: 8,
  settings: { retryOn: [] },
};

const four = ["m/one", "m/two", "m/three", "m/four"].map((model) => writerCandidate(model));
const ofThree: ConsensusPlan = { kind: "consensus", size: 3, field: "verdict" };

/** What each model says; `"stall"`: nothing comes, `"fail"`: it is down. */
function saying(words: Readonly<Record<string, string>>): FakeAnswers["attempt"] {
  return (asked) => {
    const { model } = asked.request;
    const verdict = words[model] ?? "spam";
    if (verdict === "stall") return stall();
    if (verdict === "fail") return failure(asked, "unavailable");
    return reply({ verdict, why: model }, { costNanoUsd: 100 });
  };
}

function run(answers: Partial<FakeAnswers>, more: Partial<FakeRun> = {}) {
  const base = { candidates: four, plan: ofThree, attempt: saying({}) };
  return callWithFakeHost(call, { answers: { ...base, ...answers }, ...more });
}

describe("a consensus", () => {
  it("asks the best side by side", async () => {
    const { host } = await run({});

    expect(idsOf(host.attempts)).toEqual(["ask#0", "ask#1", "ask#2"]);
    expect(host.attempts.map(({ label }) => label.summary)).toEqual([
      "ask · m/one (voice 1)",
      "ask · m/two (voice 2)",
      "ask · m/three (voice 3)",
    ]);
  });

  it("is decided by more than half, and cancels what is in flight", async () => {
    const { record, value } = await run({ attempt: saying({ "m/two": "stall" }) });
    await settled(record);

    expect(value).toEqual({ verdict: "spam", why: "m/one" });
    expect(record.attempts).toMatchObject([
      { model: "m/one", status: "completed", plan: "consensus" },
      { model: "m/two", status: "cancelled", kind: "cancelled", mayBeBilled: true },
      { model: "m/three", status: "completed", isUsed: false },
    ]);
    expect(record.attempts[0]).not.toHaveProperty("isUsed");
    expect(record.attempts[2]).not.toHaveProperty("rejected");
  });

  it("waits for as many votes as it is told to", async () => {
    const plan: ConsensusPlan = { ...ofThree, quorum: 3 };
    const attempt = saying({ "m/two": "ham" });

    const { record, value } = await run({ plan, attempt });

    expect(value).toMatchObject({ why: "m/one" });
    expect(record.attempts[1]).toMatchObject({
      isUsed: false,
      rejected: "another value has 2 votes",
    });
  });

  it("is decided by one vote where it is told so", async () => {
    const attempt = saying({ "m/one": "stall", "m/three": "stall" });

    const { value } = await run({ plan: { ...ofThree, quorum: 1 }, attempt });

    expect(value).toMatchObject({ why: "m/two" });
  });

  it("takes the value with most votes where none has enough, and the best ranked of equals", async () => {
    const plan: ConsensusPlan = { ...ofThree, size: 4 };
    const mostly = saying({ "m/one": "ham", "m/two": "x", "m/three": "y", "m/four": "y" });
    const evenly = saying({ "m/one": "a", "m/two": "b", "m/three": "c" });

    const most = await run({ plan, attempt: mostly });
    const even = await run({ attempt: evenly });

    expect(most.value).toEqual({ verdict: "y", why: "m/three" });
    expect(even.value).toEqual({ verdict: "a", why: "m/one" });
    expect(even.record.attempts[1]?.rejected).toBe("another value has 1 vote and a better rank");
  });

  it("votes on the whole reply without a field, whatever the order of its members", async () => {
    const attempt = answering(({ request: { model } }) =>
      model === "m/one"
        ? reply({ verdict: "ham", why: "?" })
        : reply(model === "m/two" ? { verdict: "spam", why: "." } : { why: ".", verdict: "spam" }),
    );

    const { value } = await run({ plan: { kind: "consensus", size: 3 }, attempt });

    expect(value).toEqual({ verdict: "spam", why: "." });
  });

  it("votes on what the step's schema makes of a reply", async () => {
    const attempt = saying({ "m/one": "ham", "m/two": " spam", "m/three": "spam " });

    const { value } = await run({ attempt });

    expect(value).toMatchObject({ verdict: "spam", why: "m/two" });
  });

  it("votes on what was said where JSON cannot carry what the schema makes of it", async () => {
    const output = z.object({
      verdict: z.string().transform((text) => BigInt(text.length)),
      why: z.string(),
    });
    const attempt = saying({ "m/one": "ham", "m/two": "spam", "m/three": "spam" });
    const answers = { candidates: four, plan: ofThree, attempt };

    const { value } = await callWithFakeHost({ ...call, output }, { answers });

    expect(value).toEqual({ verdict: 4n, why: "m/two" });
  });

  it("asks the next of the ranking in place of one that failed, which counts as a fallback if it is used", async () => {
    const attempt = saying({ "m/one": "fail", "m/two": "ham", "m/three": "x", "m/four": "x" });

    const used = await run({ attempt });
    const stoodIn = await run({
      attempt: saying({ "m/one": "fail", "m/two": "x", "m/three": "y", "m/four": "z" }),
    });

    expect(used.value).toMatchObject({ why: "m/three" });
    expect(used.record.attempts).toMatchObject([
      { model: "m/one", status: "failed" },
      { model: "m/two", isUsed: false },
      { model: "m/three" },
      { model: "m/four", isStandIn: true, isUsed: false },
    ]);
    expect(used.record.totals().fallbacks).toBe(0);
    expect(stoodIn.value).toMatchObject({ why: "m/two" });
  });

  it("counts as answered by a fallback where the one that stood in is used", async () => {
    const two = four.slice(0, 2);
    const plan: ConsensusPlan = { ...ofThree, size: 1 };

    const { record } = await run({ candidates: two, plan, attempt: saying({ "m/one": "fail" }) });

    expect(record.totals().fallbacks).toBe(1);
  });

  it("goes on with fewer where no other is left", async () => {
    const attempt = saying({ "m/one": "fail", "m/two": "fail", "m/four": "ham" });

    const { value } = await run({ attempt });

    expect(value).toEqual({ verdict: "spam", why: "m/three" });
  });

  it("asks all there are where it is to ask more", async () => {
    const { host } = await run({
      candidates: four.slice(0, 2),
      plan: { ...ofThree, size: 5, quorum: 3 },
    });

    expect(host.attempts).toHaveLength(2);
  });

  it("fails like every step where none answers", async () => {
    const attempt = answering((asked) => failure(asked, "not_found"));

    const { host, error } = await run({ attempt });

    expect(error?.code).toBe("RUN_NO_CANDIDATE_LEFT");
    expect(host.attempts).toHaveLength(4);
  });

  it("keeps what came too late, and that it was not used", async () => {
    const plan: ConsensusPlan = { ...ofThree, quorum: 1 };

    const { host, record, value } = await run({ plan });
    await settled(record);

    const late = { isUsed: false, rejected: "the vote was decided before it came" };
    expect(value).toMatchObject({ why: "m/one" });
    expect(record.attempts).toMatchObject([{}, late, late]);
    expect([...host.verdicts]).toEqual([
      ["ask#1", late],
      ["ask#2", late],
    ]);
  });

  it("keeps the conversations with tools apart", async () => {
    const attempt = answering(({ request: { model, messages } }) => {
      const tools = messages.filter(({ role }) => role === "tool").length;
      return tools === 0
        ? reply(undefined, { toolCalls: [{ id: "1", tool: "find", input: { model } }] })
        : reply({ verdict: `${tools}`, why: model });
    });
    const plan: ConsensusPlan = { ...ofThree, quorum: 3 };

    const { host, record, value } = await callWithFakeHost(
      { ...call, tools: ["find"] },
      { answers: { candidates: four, plan, attempt } },
    );

    expect(value).toMatchObject({ verdict: "1" });
    expect(host.tools.map(({ label }) => label.id)).toEqual(["ask#0/0", "ask#1/0", "ask#2/0"]);
    // Neither the calls that asked for tools nor the replies of the others were used.
    expect(record.attempts.filter(({ isUsed }) => isUsed === false)).toHaveLength(4);
  });
});

describe("the budget of a consensus", () => {
  it("holds for all of its calls together", async () => {
    const { host, error, value } = await run({}, { budget: { calls: 2 } });

    expect(host.attempts).toHaveLength(2);
    expect(error).toBeUndefined();
    expect(value).toMatchObject({ verdict: "spam" });
  });

  it("ends the step where it allows no call", async () => {
    const { host, error } = await run({}, { budget: { calls: 0 } });

    expect(host.attempts).toHaveLength(0);
    expect(error?.code).toBe("RUN_BUDGET_EXCEEDED");
  });

  it("is not used for a call that waited for it until the vote was decided", async () => {
    const price = { inputUsdPerMTok: 0, outputUsdPerMTok: 10 };
    const candidates = four.map(({ model }) => writerCandidate(model, { price }));
    const attempt = answering(({ request: { model } }) =>
      reply({ verdict: "spam", why: model }, { costNanoUsd: 20_000_000 }),
    );

    // Each holds 0.04 USD and takes 0.02: the third fits once both of the others have settled.
    const { record, value } = await run({ candidates, attempt }, { budget: { usd: 0.1 } });
    await settled(record);

    expect(value).toMatchObject({ why: "m/one" });
    expect(record.attempts.map(({ model, isUsed }) => [model, isUsed])).toEqual([
      ["m/one", undefined],
      ["m/two", false],
    ]);
  });
});

function judging(best: number | undefined): FakeAnswers["attempt"] {
  const say = saying({ "m/one": "a", "m/two": "b", "m/three": "b" });
  return (asked, count, host) => {
    if (!asked.request.step.includes("?judge")) return say(asked, count, host);
    return best === undefined ? failure(asked, "auth") : reply({ best });
  };
}

describe("the judge of a consensus", () => {
  const judge = { model: "judge", rubric: "The kindest." };
  const judges = [writerCandidate("j/judge", { alias: "judge" })];
  const plan: ConsensusPlan = { ...ofThree, judge };

  it("waits for all replies and picks one by its number", async () => {
    const { host, record, value } = await run({ plan, judges, attempt: judging(1) });

    expect(value).toEqual({ verdict: "a", why: "m/one" });
    expect(idsOf(host.attempts)).toEqual(["ask#0", "ask#1", "ask#2", "ask?judge#0"]);
    expect(record.attempts.map(({ rejected }) => rejected)).toEqual([
      undefined,
      "the judge picked another",
      "the judge picked another",
      undefined,
    ]);
  });

  it("is shown all replies as data", async () => {
    const { host } = await run({ plan, judges, attempt: judging(3) });

    const [system, user] = host.attempts[3]?.request.messages ?? [];
    expect(system).toEqual({ role: "system", content: "The kindest." });
    const text = JSON.parse(JSON.stringify(user)).content;
    expect(text).toContain(`<reply number="1">\n{"verdict":"a","why":"m/one"}\n</reply>`);
    expect(text).toContain(`<reply number="3">\n{"verdict":"b","why":"m/three"}\n</reply>`);
  });

  it("that fails leaves the best ranked reply", async () => {
    const { record, value } = await run({ plan, judges, attempt: judging(undefined) });

    expect(value).toEqual({ verdict: "a", why: "m/one" });
    expect(record.attempts[1]?.rejected).toBe(
      "no judge could pick one, and another has a better rank",
    );
  });

  it("is not asked where all say the same", async () => {
    const { host } = await run({ plan, judges });

    expect(idsOf(host.attempts)).toEqual(["ask#0", "ask#1", "ask#2"]);
  });
});

/** Calls that were cancelled say so a moment after the step has gone on. */
async function settled(record: { isCalling(): boolean }): Promise<void> {
  while (record.isCalling()) await new Promise(setImmediate);
}
