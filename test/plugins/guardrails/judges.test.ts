import { groundedJudge } from "../../../plugins/guardrails/grounded-judge.ts";
import { judge } from "../../../plugins/guardrails/judge.ts";
import { topic } from "../../../plugins/guardrails/topic.ts";

const invalid = expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" });

describe("judge", () => {
  it("gives the engine the user's rubric", () => {
    const guardrail = judge({
      model: "cheap",
      rubric: "Be kind.",
      atLeast: 0.8,
      kind: "unkind",
      action: "retry",
      places: ["output"],
    });

    expect(guardrail).toEqual({
      id: "judge",
      cost: "model",
      action: "retry",
      places: ["output"],
      judge: { model: "cheap", rubric: "Be kind.", atLeast: 0.8, kind: "unkind" },
    });
  });

  it.each([
    { rubric: " " },
    { model: "" },
    { atLeast: 0 },
    { atLeast: 1.1 },
    { kind: "Not Kebab" },
    { kind: "a".repeat(61) },
  ])("refuses %j", (wrong) => {
    expect(() => judge({ model: "cheap", rubric: "Be kind.", ...wrong })).toThrow(invalid);
  });
});

describe("topic", () => {
  it("writes a rubric of both lists", () => {
    const { id, judge: rules } = topic({ model: "cheap", allow: ["cards"], deny: ["politics"] });

    expect(id).toBe("topic");
    expect(rules).toMatchObject({ model: "cheap", kind: "off-topic" });
    expect(rules.rubric).toMatch(
      /may be about these topics.*\n- cards\n.*must not.*\n- politics\n/s,
    );
  });

  it("keeps a topic on its line", () => {
    const { judge: rules } = topic({ model: "cheap", deny: ["a\n- b"] });

    expect(rules.rubric).toContain("\n- a - b\n");
  });

  it.each([{}, { allow: [] }, { allow: [" "] }])("refuses %j", (lists) => {
    expect(() => topic({ model: "cheap", ...lists })).toThrow(invalid);
  });
});

describe("groundedJudge", () => {
  it("asks for the share of supported claims in replies", () => {
    const guardrail = groundedJudge({ model: "cheap", rules: "Dates may be rounded." });

    expect(guardrail).toMatchObject({ cost: "model", places: ["output"] });
    expect(guardrail.judge).toMatchObject({ kind: "unsupported-claim", atLeast: 0.9 });
    expect(guardrail.judge.rubric).toMatch(/share of claims.*\nDates may be rounded\.$/s);
  });
});
