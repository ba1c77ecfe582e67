/** Tokens against tiktoken itself, and the estimate against the texts that its docstring names. */

import * as fc from "fast-check";
import { createHash } from "node:crypto";
import { get_encoding } from "tiktoken";
import { countConversation, countTokens, freeEncoders } from "../../plugins/tokens/tokens.ts";
import { SAMPLES } from "../fixtures/token-samples.ts";

afterAll(freeEncoders);

/** 3,200 bytes that look like chance. */
const noise = Buffer.concat(
  Array.from({ length: 100 }, (_, index) => createHash("sha256").update(`${index}`).digest()),
);

/** Scripts that Unicode settled long ago: tiktoken's own tables are older than Node's. */
const letter = fc.oneof(
  ...[
    [0x0, 0x24f],
    [0x370, 0x52f],
    [0x620, 0x6ff],
    [0x900, 0x939],
    [0x2000, 0x206f],
    [0x3040, 0x30ff],
    [0x4e00, 0x9fa5],
    [0xac00, 0xd7a3],
    [0x1f300, 0x1f64f],
  ].map(([min, max]) => fc.integer({ min, max }).map((code) => String.fromCodePoint(code))),
);

describe.each([
  ["openai/gpt-5-mini", "o200k_base"],
  ["openrouter/openai/gpt-4o:floor", "o200k_base"],
  ["azure/gpt-4", "cl100k_base"],
  ["gpt-3.5-turbo-0125", "cl100k_base"],
] as const)("countTokens for %s", (model, encoding) => {
  const tiktoken = get_encoding(encoding);
  afterAll(() => tiktoken.free());

  it.each(Object.entries(SAMPLES))(`counts %s as ${encoding} does`, (_name, text) => {
    expect(countTokens(text, model)).toEqual({
      tokens: tiktoken.encode_ordinary(text).length,
      isEstimate: false,
    });
  });

  it("counts any text as tiktoken does, the second time as the first", () => {
    const word = fc.constantFrom(
      " ",
      "  ",
      "\n",
      "\r\n\n",
      "\t",
      "\u00a0",
      "\u0085",
      "\ufeff",
      "'S",
      "'ll",
      "’s",
      "ÄÖ",
      "é",
      "e\u0301",
      "Ⅷ",
      "ǅ",
      "中文",
      "<|endoftext|>",
      "camelCase",
      "1234567",
      "//\n",
      "😀",
    );
    const text = fc.array(fc.oneof(word, fc.string({ unit: letter })), { maxLength: 30 });
    fc.assert(
      fc.property(text, (words) => {
        const whole = words.join("");

        const counts = [countTokens(whole, model).tokens, countTokens(whole, model).tokens];

        const expected = tiktoken.encode_ordinary(whole).length;
        expect(counts).toEqual([expected, expected]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("countTokens", () => {
  it.each(["a", "A", " ", "!", "中", "\u0301", "a1"])(
    "counts a million times %j, which would keep tiktoken busy for hours",
    (text) => {
      const { tokens } = countTokens(text.repeat(1_000_000), "gpt-5");

      expect(tokens).toBeGreaterThan(2_000);
      expect(tokens).toBeLessThan(2_500_000);
    },
    20_000,
  );

  it("takes the newest tokenizer for a GPT that is newer than the table, and calls it an estimate", () => {
    const text = SAMPLES.english;

    const newer = countTokens(text, "openai/gpt-5.9-turbo");

    expect(newer).toEqual({ tokens: countTokens(text, "gpt-5").tokens, isEstimate: true });
  });

  it("loads an encoder anew that was freed", () => {
    const before = countTokens("once more", "gpt-5");
    freeEncoders();

    expect(countTokens("once more", "gpt-5")).toEqual(before);
  });
});

describe("the estimate for a model whose tokenizer is not public", () => {
  const samples = { ...SAMPLES, base64: noise.toString("base64") };

  it.each(Object.entries(samples))("is 1 to 3 times the tokens of %s", (_name, text) => {
    const { tokens, isEstimate } = countTokens(text, "anthropic/claude-sonnet-4.5");

    const ratio = tokens / countTokens(text, "gpt-5").tokens;
    expect(isEstimate).toBe(true);
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThan(3);
  });

  it("is nothing for no text", () => {
    expect(countTokens("", "ollama/llama3.2")).toEqual({ tokens: 0, isEstimate: true });
  });
});

describe("countConversation", () => {
  const hello = { role: "user", content: "Hello there" } as const;

  it("adds 3 tokens a message and 3 for the reply, as OpenAI's cookbook does", () => {
    const messages = [{ role: "system", content: "Be brief." }, hello] as const;

    const count = countConversation({ messages }, "openai/gpt-4o");

    const texts = ["system", "Be brief.", "user", "Hello there"];
    const ofTexts = texts.reduce((sum, text) => sum + countTokens(text, "gpt-4o").tokens, 0);
    expect(count).toEqual({ tokens: ofTexts + 2 * 3 + 3, isEstimate: false });
  });

  it("counts tools and the output schema, and calls that an estimate", () => {
    const input = { type: "object", properties: { city: { type: "string" } } };
    const plain = countConversation({ messages: [hello] }, "gpt-5");

    const withTools = countConversation(
      {
        messages: [hello],
        tools: [{ name: "weather", description: "Tells the weather", input }],
        outputSchema: input,
      },
      "gpt-5",
    );

    const schemaTokens = countTokens(JSON.stringify(input), "gpt-5").tokens;
    expect(withTools.isEstimate).toBe(true);
    expect(withTools.tokens - plain.tokens).toBeGreaterThan(2 * schemaTokens + 2 * 20);
  });

  it("counts tool calls and what they gave", () => {
    const call = { id: "call_1", tool: "weather", input: { city: "Wien" } };
    const output = "sunny ".repeat(100);

    const { tokens } = countConversation(
      {
        messages: [
          hello,
          { role: "assistant", toolCalls: [call] },
          { role: "tool", toolCallId: "call_1", tool: "weather", output },
        ],
      },
      "gpt-5",
    );

    expect(tokens).toBeGreaterThan(100 + 20);
    expect(tokens).toBeLessThan(200);
  });

  it("counts a tool that gave nothing", () => {
    const turn = { role: "tool", toolCallId: "1", tool: "ping", output: undefined } as const;

    expect(countConversation({ messages: [turn] }, "gpt-5").tokens).toBeGreaterThan(6);
  });

  it.each([
    [
      "an image by its address",
      { type: "image", mediaType: "image/png", url: "https://x/y" },
      1600,
    ],
    ["an image", { type: "image", mediaType: "image/png", bytes: new Uint8Array(900_000) }, 1600],
    [
      "a PDF",
      { type: "file", mediaType: "application/pdf", bytes: noise.toString("base64") },
      1600,
    ],
    [
      "a large PDF",
      { type: "file", mediaType: "application/pdf", bytes: new Uint8Array(250_000) },
      4800,
    ],
    ["a text", { type: "file", mediaType: "text/plain", bytes: btoa("Hello there") }, 2],
  ] as const)("counts %s", (_name, part, expected) => {
    const empty = countConversation({ messages: [{ role: "user", content: [] }] }, "gpt-5");

    const count = countConversation({ messages: [{ role: "user", content: [part] }] }, "gpt-5");

    expect(count).toEqual({ tokens: empty.tokens + expected, isEstimate: true });
  });
});
