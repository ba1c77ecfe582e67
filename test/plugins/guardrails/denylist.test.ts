import { assert, asyncProperty, constantFrom, string } from "fast-check";
import { denylist } from "../../../plugins/guardrails/denylist.ts";
import { guardrailContract } from "../../../testing/guardrail-contract.ts";
import { inputContent, outputContent } from "../../../testing/guard-content.ts";
import { look } from "./look.ts";

const terms = ["Fabrikam", "guaranteed profit", "cat", "黑钱", ".net", "Straße"];

describe("denylist", () => {
  const checks = guardrailContract({
    guardrail: () => denylist({ terms }),
    finds: [
      "Fabrikam is here",
      inputContent([
        { role: "user", content: "a guaranteed" },
        { role: "user", content: "profit" },
      ]),
      outputContent({ toolCalls: [{ id: "1", tool: "look", input: { "fabrikam.txt": 1 } }] }),
      inputContent([{ role: "tool", toolCallId: "1", tool: "look", output: { a: ["FABRIKAM"] } }]),
    ],
    passes: ["category", "guaranteed", "Fabrikamp"],
    slowTexts: ["fabrika".repeat(150_000), "f.a.b.r".repeat(150_000), "1a".repeat(524_288)],
  });
  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it.each([
    "FABRIKAM",
    "ｆａｂｒｉｋａｍ",
    "fab\u200brikam",
    "fаbrіkаm",
    "f4br1k4m",
    "f.a.b.r.i.k.a.m",
    "fábrìkäm",
    "&#102;abrikam",
    "%66abrikam",
    "GUARANTEED \n PROFIT",
    "他们说黑钱很多",
    "STRASSE",
  ])("finds %j", async (text) => {
    const found = await look(denylist({ terms }), `x ${text}, y`);

    expect(found.map(({ kind }) => kind)).toEqual(["denied-term"]);
    expect(found[0]?.end).toBeGreaterThan(found[0]?.start ?? 0);
  });

  it("points at what it found, disguise included", async () => {
    const text = "my f.a.b.r.i.k.a.m account";

    const [found] = await look(denylist({ terms }), text);

    expect(text.slice(found?.start, found?.end)).toBe("f.a.b.r.i.k.a.m");
  });

  it("finds parts of words where it is asked to", async () => {
    const found = await look(denylist({ terms: ["cat"], wholeWords: false }), "category");

    expect(found).toHaveLength(1);
  });

  it("calls its findings what it is told to", async () => {
    const found = await look(denylist({ terms, kind: "competitor" }), "Fabrikam");

    expect(found[0]?.kind).toBe("competitor");
  });

  it.each([[{ terms: [] }], [{ terms: [" \u200b"] }], [{ terms, kind: "No Kind" }]])(
    "refuses %j",
    (options) => {
      expect(() => denylist(options)).toThrow(
        expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
      );
    },
  );

  it("finds a term between any signs", async () => {
    const signs = string({ unit: constantFrom(" ", ",", "(", ")", "!", "\n", "。") });
    const guardrail = denylist({ terms });

    await assert(
      asyncProperty(signs, signs, async (before, after) => {
        expect(await look(guardrail, `${before}Fabrikam${after}`)).toHaveLength(1);
      }),
    );
  });
});
