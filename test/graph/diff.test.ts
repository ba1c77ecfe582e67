/** What `diffGraphs` says of a change: where, what, and whether runs in flight survive it. */

import { diffGraphs, type GraphChange, type GraphJson, type StepJson } from "signalbox";
import { everyVerb } from "../fixtures/every-verb.ts";
import { changeJson } from "./change-json.ts";

const base = everyVerb.toJSON();

interface Case {
  /** Where the data form is changed. */
  readonly place: string;
  /** Default: what is there is removed. */
  readonly value?: unknown;
  readonly gives: Partial<GraphChange>;
}

const check = "steps.handling.cases.refund.steps.check";
const greeting = "steps.handling.cases.question.steps.greeting";
const described = { type: "object", properties: { text: { type: "string", description: "x" } } };

const safe: readonly Case[] = [
  { place: "version", value: "3", gives: { path: "", what: "version", from: "2", to: "3" } },
  {
    place: "steps.opening.models",
    value: ["writer", "small"],
    gives: { path: "opening", what: "models", from: ["small"], to: ["writer", "small"] },
  },
  {
    place: "steps.letter.review.models",
    value: ["writer"],
    gives: { path: "letter/review", what: "models", from: ["small"], to: ["writer"] },
  },
  {
    place: "steps.summaries.each.steps.summary.deadlineMs",
    value: 1,
    gives: { path: "summaries/summary", what: "deadlineMs", from: 3_000, to: 1 },
  },
  { place: "steps.account.deadlineMs", value: 1, gives: { path: "account", what: "deadlineMs" } },
  { place: "steps.pause.durationMs", value: 1, gives: { path: "pause", what: "durationMs" } },
  {
    place: "steps.signoff.deadline.timeoutMs",
    value: 1,
    gives: { path: "signoff", what: "timeoutMs", from: 1_000, to: 1 },
  },
  {
    place: `${check}.tools`,
    value: ["more", "findAccount"],
    gives: { path: "handling/refund/check", what: "tools" },
  },
  {
    place: `${check}.maxToolRounds`,
    value: 3,
    gives: { path: "handling/refund/check", what: "maxToolRounds", from: 2, to: 3 },
  },
  { place: `${greeting}.version`, value: "2", gives: { path: "handling/question/greeting" } },
];

const unsafe: readonly Case[] = [
  { place: "id", value: "other", gives: { path: "", what: "id" } },
  { place: "input", value: {}, gives: { path: "", what: "input", to: {} } },
  {
    place: "steps.more",
    value: { id: "more", needs: ["result"], kind: "code" },
    gives: {
      path: "more",
      what: "added",
      to: { id: "more", needs: ["result"], kind: "code" },
    },
  },
  {
    place: "steps.pause",
    gives: {
      path: "pause",
      what: "removed",
      from: { id: "pause", needs: ["signoff"], kind: "wait", durationMs: 1_000 },
    },
  },
  {
    place: `${check}.kind`,
    value: "step",
    gives: { path: "handling/refund/check", what: "kind", from: "maybe", to: "step" },
  },
  {
    place: "steps.letter.needs",
    value: ["handling", "opening"],
    gives: { path: "letter", what: "needs", to: ["handling", "opening"] },
  },
  {
    place: "steps.letter.needs",
    value: ["opening", "summaries", "handling"],
    gives: { path: "letter", what: "needs" },
  },
  { place: "steps.opening.guard.input", value: ["pii"], gives: { what: "guard" } },
  { place: "steps.opening.output", value: { type: "string" }, gives: { what: "output" } },
  { place: `${check}.tools`, value: [], gives: { what: "tools", from: ["findAccount"], to: [] } },
  { place: `${check}.maxToolRounds`, value: 1, gives: { what: "maxToolRounds" } },
  { place: "steps.letter.maxRounds", value: 2, gives: { what: "maxRounds", from: 3, to: 2 } },
  { place: "steps.letter.maxRounds", value: 4, gives: { what: "maxRounds", from: 3, to: 4 } },
  {
    place: "steps.letter.write.output",
    value: { type: "string" },
    gives: { path: "letter/write", what: "output" },
  },
  { place: "steps.summaries.concurrency", value: 3, gives: { what: "concurrency" } },
  { place: "steps.summaries.onItemFailure", value: "fail", gives: { what: "onItemFailure" } },
  {
    place: "steps.handling.cases.spam",
    gives: { path: "handling/spam", what: "removed" },
  },
  {
    place: "steps.handling.cases.more",
    value: { steps: [] },
    gives: { path: "handling/more", what: "added", to: { steps: [] } },
  },
  {
    place: check,
    gives: { path: "handling/refund/check", what: "removed" },
  },
  { place: "steps.signoff.decision", value: {}, gives: { path: "signoff", what: "decision" } },
  { place: "steps.signoff.deadline", gives: { path: "signoff", what: "deadline" } },
  {
    place: "steps.signoff.deadline.onTimeout",
    value: { approved: true },
    gives: { what: "onTimeout", from: { approved: false }, to: { approved: true } },
  },
  { place: "steps.signoff.otherwise", gives: { path: "signoff", what: "otherwise" } },
  {
    place: "steps.signoff.otherwise.value",
    value: 1,
    gives: { what: "otherwise", from: { value: { approved: true } }, to: { value: 1 } },
  },
  { place: "steps.paid.event", value: {}, gives: { path: "paid", what: "event" } },
  { place: "steps.account.tool", value: "other", gives: { path: "account", what: "tool" } },
  {
    place: `${greeting}.graph`,
    value: "other",
    gives: { path: "handling/question/greeting", what: "graph", from: "greeting", to: "other" },
  },
];

/** Steps without anything but their order. */
function ordered(...ids: readonly string[]): GraphJson {
  const steps = ids.map((id): StepJson => ({ id, needs: [], kind: "code" }));
  return { ...base, steps };
}

describe("a change", () => {
  it.each(safe)("of $place to $value is safe: $gives.what", ({ place, value, gives }) => {
    const diff = diffGraphs(base, changeJson(base, place, value));

    expect(diff.changes).toMatchObject([{ ...gives, safe: true }]);
    expect(diff.safe).toBe(true);
  });

  it.each(unsafe)("of $place to $value is not safe: $gives.what", ({ place, value, gives }) => {
    const diff = diffGraphs(base, changeJson(base, place, value));

    expect(diff.changes).toMatchObject([{ ...gives, safe: false }]);
    expect(diff.safe).toBe(false);
  });

  it.each([...safe, ...unsafe])("of $place to $value says why", ({ place, value }) => {
    const { changes } = diffGraphs(base, changeJson(base, place, value));

    for (const { why } of changes) expect(why).toMatch(/^[A-Z].+\.$/);
  });

  it("of descriptions in a schema is safe", () => {
    const before = changeJson(base, "steps.opening.output", described);
    const after = changeJson(base, "steps.opening.output", {
      ...described,
      properties: { text: { description: "y", type: "string" } },
    });

    expect(diffGraphs(before, after).changes).toMatchObject([{ what: "output", safe: true }]);
  });

  it("of the order of keys is none", () => {
    const reversed = changeJson(
      base,
      "input",
      Object.fromEntries(Object.entries(base.input).toReversed()),
    );

    expect(diffGraphs(base, reversed)).toEqual({ changes: [], safe: true });
  });

  it("of a kind says nothing of members that only one kind has", () => {
    const after = changeJson(base, "steps.pause", {
      id: "pause",
      needs: ["letter"],
      kind: "tool",
      tool: "t",
      deadlineMs: 1,
    });

    const { changes } = diffGraphs(base, after);

    expect(changes.map(({ path, what }) => [path, what])).toEqual([
      ["pause", "kind"],
      ["pause", "needs"],
    ]);
  });

  it("from a timer to an event is not safe", () => {
    const after = changeJson(base, "steps.pause", {
      id: "pause",
      needs: ["signoff"],
      kind: "wait",
      event: { type: "string" },
    });

    const { changes } = diffGraphs(base, after);

    expect(changes).toMatchObject([
      { path: "pause", what: "durationMs", from: 1_000, safe: false },
      { path: "pause", what: "event", to: { type: "string" }, safe: false },
    ]);
  });
});

describe("a step that changes places", () => {
  it.each([
    ["nothing", "abcde", "abcde", []],
    ["one forwards", "abcde", "bcdae", [["a", 0, 3]]],
    ["one backwards", "abcde", "eabcd", [["e", 4, 0]]],
    [
      "two",
      "abcde",
      "cabed",
      [
        ["c", 2, 0],
        ["e", 4, 3],
      ],
    ],
    ["one, with another gone", "abcde", "bcda", [["a", 0, 3]]],
    ["none, with one added in between", "abc", "axbc", []],
  ] as const)("is reported alone: %s", (_what, before, after, moved) => {
    const { changes } = diffGraphs(ordered(...before.split("")), ordered(...after.split("")));

    expect(
      changes.filter(({ what }) => what === "moved").map(({ path, from, to }) => [path, from, to]),
    ).toEqual(moved);
  });

  it("is not safe, as the order of commands follows the order of steps", () => {
    expect(diffGraphs(ordered("a", "b"), ordered("b", "a"))).toMatchObject({
      changes: [{ what: "moved", safe: false }],
      safe: false,
    });
  });
});

describe("diffGraphs", () => {
  it("finds nothing between a graph and itself, read back from JSON", () => {
    expect(diffGraphs(base, JSON.parse(JSON.stringify(base)))).toEqual({ changes: [], safe: true });
  });

  it("lists all changes, each with its own verdict", () => {
    const changed = changeJson(base, "version", "3");
    const more = changeJson(changed, "steps.letter.maxRounds", 9);
    const most = changeJson(more, "steps.summaries.each.steps.summary.models", ["writer"]);

    const diff = diffGraphs(base, most);

    expect(diff.safe).toBe(false);
    expect(diff.changes.map(({ path, what, safe: isSafe }) => [path, what, isSafe])).toEqual([
      ["", "version", true],
      ["summaries/summary", "models", true],
      ["letter", "maxRounds", false],
    ]);
  });

  it("gives JSON", () => {
    const diff = diffGraphs(base, ordered("a"));

    expect(JSON.parse(JSON.stringify(diff))).toStrictEqual(diff);
  });
});
