import { array, assert, constantFrom, property } from "fast-check";
import { length, type LengthOptions } from "../../../plugins/guardrails/length.ts";
import { countTokensUntil } from "../../../plugins/guarding/length/count-tokens-until.ts";
import { countTokens } from "../../../plugins/tokens/tokens.ts";
import { guardrailContract, mebibyteOf, outputContent } from "../../../testing/index.ts";
import { findIn } from "./find-in.ts";

const kinds = async (options: LengthOptions, text: string) =>
  (await findIn(length(options), outputContent(text))).map(({ kind }) => kind);

describe("the contract of guardrails", () => {
  const checks = guardrailContract({
    guardrail: () =>
      length({ minCharacters: 2, maxCharacters: 60, maxSentences: 3, maxTokens: 40 }),
    direction: "output",
    finds: ["", "a", "One. Two. Three. Four.", "long ".repeat(13)],
    passes: ["One. Two. Three.", "long ".repeat(12)],
    slowTexts: ["e\u0301", "Mr. ", "a. ", "1. ", "\u{1f468}\u200d"].map(mebibyteOf),
  });

  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("characters", () => {
  it.each([
    ["abc", 3],
    ["e\u0301e\u0301", 2],
    ["\u{1f468}\u200d\u{1f469}\u200d\u{1f467}", 1],
    ["\u{1f1e9}\u{1f1ea}\u{1f1eb}\u{1f1f7}", 2],
    ["한국", 2],
    ["a\r\nb", 3],
    [`${"a".repeat(5_000)}e\u0301`, 5_001],
  ])("of %j are %d", async (text, count) => {
    expect(await kinds({ maxCharacters: count }, text)).toEqual([]);
    expect(await kinds({ minCharacters: count }, text)).toEqual([]);
    expect(await kinds({ maxCharacters: count - 1 }, text)).toEqual(["too-many-characters"]);
    expect(await kinds({ minCharacters: count + 1 }, text)).toEqual(["too-few-characters"]);
  });
});

describe("sentences", () => {
  it.each([
    ["Dr. Smith lives in St. Ives. He is 40.", 2],
    ["J. R. Miller signed it.", 1],
    ["Das sind z. B. ca. 5 Euro. Ja!", 2],
    ["1. First\n2. Second\n3. Third", 3],
    ["Wait!!! What?!", 2],
    ["卡片已经寄出。请等待。", 2],
    ["...", 0],
    ["", 0],
    ["No point at the end", 1],
    ["One is here. ".repeat(1_000), 1_000],
  ])("of %j are %d", async (text, count) => {
    expect(await kinds({ maxSentences: count }, text)).toEqual([]);
    expect(await kinds({ minSentences: count + 1 }, text)).toEqual(["too-few-sentences"]);
  });

  it.each([
    ["Dr. Smith lives in St. Ives. He is 40.", 2],
    ["1. First\n2. Second\n3. Third", 3],
    ["One is here. ".repeat(1_000), 1_000],
  ])("of %j are no fewer than %d", async (text, count) => {
    expect(await kinds({ maxSentences: count - 1 }, text)).toEqual(["too-many-sentences"]);
    expect(await kinds({ minSentences: count }, text)).toEqual([]);
  });
});

describe("tokens", () => {
  it("are those of the model that is asked for, to the last one", async () => {
    const text = "The card has not arrived. ".repeat(2_000);
    const { tokens } = countTokens(text, "openai/gpt-5");

    expect(await kinds({ maxTokens: tokens, model: "openai/gpt-5" }, text)).toEqual([]);
    expect(await kinds({ maxTokens: tokens - 1, model: "openai/gpt-5" }, text)).toEqual([
      "too-many-tokens",
    ]);
  });

  it("are counted no further than is needed", () => {
    const text = "The card has not arrived. ".repeat(100_000);

    const tokens = countTokensUntil(text, "openai/gpt-5", 100);

    expect(tokens).toBeGreaterThan(100);
    expect(tokens).toBeLessThan(5_000);
  });

  it("are as many in parts as in one, whatever words there are", () => {
    const words = array(constantFrom("card", "Überweisung", "is", "1,234.50", "don't", "OK"), {
      minLength: 2_000,
      maxLength: 3_000,
    });

    assert(
      property(words, (list) => {
        const text = list.join(" ");

        const inParts = countTokensUntil(text, "openai/gpt-5", Infinity);

        expect(inParts).toBe(countTokens(text, "openai/gpt-5").tokens);
      }),
      { numRuns: 20 },
    );
  });
});

it("tells the model what the limit is", async () => {
  const [finding] = await findIn(length({ maxSentences: 1 }), outputContent("One. Two."));

  expect(finding).toMatchObject({ severity: "low", advice: "the reply has more than 1 sentences" });
});

it.each([
  {},
  { maxTokens: -1 },
  { maxTokens: 1.5 },
  { minSentences: 3, maxSentences: 2 },
  { maxCharacters: Number.NaN },
])("refuses the limits %j", (options) => {
  expect(() => length(options)).toThrow(
    expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
  );
});
