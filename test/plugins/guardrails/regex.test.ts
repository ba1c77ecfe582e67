import { regex, type RegexOptions } from "../../../plugins/guardrails/regex.ts";
import { guardrailContract } from "../../../testing/guardrail-contract.ts";
import { inputContent } from "../../../testing/guard-content.ts";
import { look } from "./look.ts";

const patterns = {
  "employee-id": { pattern: String.raw`\bEMP-[0-9]{5}\b`, flags: "i", severity: "high" },
  repeated: "(a+)+b",
} as const;

describe("regex", () => {
  const checks = guardrailContract({
    guardrail: () => regex({ patterns }),
    finds: [
      "emp-12345",
      "ＥＭＰ-１２３４５",
      "EMP\u200b-12345",
      "EMP&#45;12345",
      "EMP%2D12345",
      inputContent([{ role: "tool", toolCallId: "1", tool: "look", output: { id: "EMP-12345" } }]),
    ],
    passes: ["EMP-1234", "EMPLOYEE", "xEMP-12345"],
    slowTexts: [`${"a".repeat(2 ** 20)}c`, "EMP-1234 ".repeat(116_000)],
  });
  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it("finds every match, under its kind", async () => {
    const found = await look(regex({ patterns }), "EMP-12345, aab, EMP-54321");

    expect(found).toEqual([
      { kind: "employee-id", severity: "high", start: 0, end: 9 },
      { kind: "repeated", severity: "medium", start: 11, end: 14 },
      { kind: "employee-id", severity: "high", start: 16, end: 25 },
    ]);
  });

  it.each<[string, RegexOptions, string]>([
    ["a pattern that does not compile", { patterns: { odd: "(a" } }, "odd"],
    ["a look-ahead", { patterns: { "look-ahead": "a(?=b)" } }, "look-ahead"],
    [
      "a flag that there is not",
      { patterns: { flagged: { pattern: "a", flags: "g" } } },
      "flagged",
    ],
    ["a pattern that matches nothing", { patterns: { empty: "a*" } }, "empty"],
    ["a kind that is none", { patterns: { "No Kind": "a" } }, "No Kind"],
    ["no pattern", { patterns: {} }, "patterns"],
  ])("refuses %s, naming it", (_what, options, name) => {
    expect(() => regex(options)).toThrow(
      expect.objectContaining({
        code: "PLUGIN_INVALID_OPTIONS",
        message: expect.stringContaining(name),
      }),
    );
  });
});
