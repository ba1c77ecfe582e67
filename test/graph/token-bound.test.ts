import { assert, oneof, property, string } from "fast-check";
import { get_encoding } from "tiktoken";
import {
  boundCharge,
  boundInputTokens,
  countBytes,
  estimateTokens,
} from "../../graph/token-bound.ts";

const TEXT = { type: "string" };

const SAMPLES = {
  English: "The parcel never came, and nobody at your office has picked up the phone. ".repeat(20),
  German: "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz, für Straßen. ".repeat(
    20,
  ),
  code: 'export const add = (a: number, b: number): number => {\n\treturn a + b; // "sum"\n};\n'.repeat(
    20,
  ),
  Chinese: "包裹一直没有送到，而且没有人接电话。请尽快退款。".repeat(20),
  emoji: "👩‍👩‍👧‍👦🏳️‍🌈🇩🇪🤷🏽‍♀️🚂".repeat(20),
  JSON: JSON.stringify({ rows: Array.from({ length: 40 }, (_, id) => ({ id, ok: id % 2 === 0 })) }),
  "rare letters": "ᚠᛇᚻ᛫ᛒᛦᚦ꧁꧂𒀱𓂀ⵣⴰ".repeat(20),
  digits: "3141592653589793238462643383279502884197".repeat(20),
  nothing: "",
};

function boundOf(content: unknown): number {
  return boundInputTokens({ messages: [{ role: "user", content }], output: TEXT });
}

describe("the bound of a request's tokens", () => {
  const encoding = get_encoding("o200k_base");

  afterAll(() => {
    encoding.free();
  });

  it.each(Object.entries(SAMPLES))(
    "is never less than a tokenizer counts, of %s",
    (_name, text) => {
      const tokens = encoding.encode(text).length;

      const bound = boundInputTokens({
        messages: [{ role: "user", content: text }],
        output: TEXT,
      });

      // What a chat format adds: <|im_start|>, role, separator, <|im_end|>, and the start of the answer.
      expect(bound).toBeGreaterThanOrEqual(tokens + 4 + 3);
    },
  );

  it("is never less than a tokenizer counts, of any text", () => {
    const texts = oneof(string({ unit: "grapheme" }), string({ unit: "binary" }));
    const isBound = property(texts, (text) => {
      const bound = boundInputTokens({ messages: [{ role: "user", content: text }], output: TEXT });

      expect(bound).toBeGreaterThanOrEqual(encoding.encode(text, [], []).length + 7);
    });

    assert(isBound, { seed: 20_261_123 });
  });

  it("counts the schema, also where it is put into the prompt with the words that ask for it", () => {
    const output = { type: "object", properties: { said: { type: "string" } }, required: ["said"] };
    const words = `Answer with JSON only, no other text. It has to fit this JSON Schema:\n${JSON.stringify(output)}`;
    const messages = [{ role: "user", content: "Hello" }];

    const bound = boundInputTokens({ messages, output });

    expect(bound).toBeGreaterThanOrEqual(encoding.encode(`${words}Hello`).length + 2 * 4 + 3);
  });

  it("counts what tools were asked and gave, and what their offers take", () => {
    const bare = boundInputTokens({ messages: [], output: TEXT });
    const turns = [
      { role: "assistant", toolCalls: [{ id: "1", tool: "find", input: { customer: "Ada" } }] },
      { role: "tool", toolCallId: "1", tool: "find", output: { balance: 3 } },
    ];

    const bound = boundInputTokens({ messages: turns, output: TEXT, toolTokens: 500 });

    const words = turns.map((turn) => JSON.stringify(turn)).join("");
    expect(bound).toBeGreaterThanOrEqual(bare + 500 + encoding.encode(words).length);
  });

  it("counts an image by its address as much as models read of one", () => {
    const image = { type: "image", mediaType: "image/png", url: "https://example.com/a.png" };
    expect(boundOf([image]) - boundOf([])).toBeGreaterThanOrEqual(20_000);
    expect(boundOf([image, image]) - boundOf([])).toBeGreaterThanOrEqual(40_000);
    expect(boundOf([{ type: "text", text: "Hello" }])).toBeLessThan(1_000);
  });
});

describe("the charge for a call of which nobody told the end", () => {
  const request = { messages: [{ role: "user", content: "Hello" }], output: TEXT };
  const inputTokens = boundInputTokens(request);

  it("is the most that it can be, marked as an estimate that may be billed", () => {
    const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 2 };

    expect(boundCharge({ ...request, price, maxOutputTokens: 100 })).toEqual({
      inputTokens,
      outputTokens: 100,
      costNanoUsd: inputTokens * 1_000 + 200_000,
      isEstimate: true,
      mayBeBilled: true,
    });
  });

  it("has no cost where the price is not known", () => {
    expect(boundCharge(request)).toEqual({
      inputTokens,
      outputTokens: 0,
      isEstimate: true,
      mayBeBilled: true,
    });
  });

  it("is as high as the dearest sort of tokens makes it", () => {
    const price = {
      inputUsdPerMTok: 1,
      outputUsdPerMTok: 2,
      reasoningUsdPerMTok: 5,
      // A discount for much input: the bound reaches it, and the real number may not.
      tiers: [{ fromInputTokens: 10, inputUsdPerMTok: 0.5 }],
    };

    const { costNanoUsd } = boundCharge({ ...request, price, maxOutputTokens: 100 });

    expect(costNanoUsd).toBe(inputTokens * 1_000 + 500_000);
  });
});

describe("the bytes of a text", () => {
  it.each([
    ["", 0],
    ["a", 1],
    ["é", 2],
    ["\u07ff", 2],
    ["\u0800", 3],
    ["包", 3],
    ["\uffff", 3],
    ["🚂", 4],
    ["a🚂é", 7],
  ])("are those of UTF-8: %j has %i", (text, bytes) => {
    expect(countBytes(text)).toBe(bytes);
    expect(Buffer.byteLength(text)).toBe(bytes);
  });

  it("are those that Node counts, of any text", () => {
    const counts = property(string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(countBytes(text)).toBe(Buffer.byteLength(text));
    });

    assert(counts, { seed: 20_261_123, numRuns: 500 });
  });

  it("are no fewer than Node counts where a pair of surrogates is broken, and those of its JSON exactly", () => {
    const unit = string({ minLength: 1, maxLength: 1, unit: "binary" }).map((text) =>
      text.charAt(0),
    );
    const broken = string({ unit, maxLength: 20 });
    const counts = property(broken, (text) => {
      const json = JSON.stringify(text);

      expect(countBytes(json)).toBe(Buffer.byteLength(json));
      expect(countBytes(json)).toBeGreaterThanOrEqual(Buffer.byteLength(text));
    });

    assert(counts, { seed: 20_261_123, numRuns: 500 });
  });
});

describe("the estimate of a text's tokens", () => {
  it.each([
    ["", 0],
    ["a", 1],
    ["abcd", 1],
    ["abcde", 2],
  ])("is one for each four characters begun: %j has %i", (text, tokens) => {
    expect(estimateTokens(text)).toBe(tokens);
  });
});
