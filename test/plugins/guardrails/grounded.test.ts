import { grounded, type GroundedOptions } from "../../../plugins/guardrails/grounded.ts";
import {
  guardrailContract,
  inputContent,
  mebibyteOf,
  outputContent,
} from "../../../testing/index.ts";
import { findIn } from "./find-in.ts";

const conversation = inputContent([
  {
    role: "user",
    content:
      "[1] Delivery takes 5 working days. Cards are sent by post.\n[2] The fee is 1,250.50 euros, and 3.2 million people paid it.",
  },
]);
const kinds = async (reply: string, options: GroundedOptions = {}, given = conversation) =>
  (await findIn(grounded(options), outputContent(reply), given)).map(({ kind }) => kind);

describe("the contract of guardrails", () => {
  const checks = guardrailContract({
    guardrail: () => grounded(),
    direction: "output",
    conversation,
    finds: ["So it is [3].", "It takes 6 days [1].", "“Cards are sent by ship” [1]"],
    passes: ["It takes 5 days [1].", "“Cards are sent by post” [1]", "Hello!"],
    slowTexts: ["[1] ", "[1-9999] ", "[a", '"a b c d e" ', "“a ", "1,000 ", "It is 5 [1]. "].map(
      mebibyteOf,
    ),
  });

  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("citations", () => {
  it.each([
    "[7]",
    "[1, 7]",
    "[1-7]",
    "【7】",
    "[^7]",
    "(source: 7)",
    "(Quelle: handbook)",
    "[doc-7]",
  ])("of a source that was not given are found: %s", async (citation) => {
    expect(await kinds(`It is so ${citation}.`)).toEqual(["unknown-citation"]);
  });

  it.each([
    "[1]",
    "[1, 2]",
    "[1-2]",
    "【1】",
    "[^1]",
    "(source: 2)",
    "[x] done",
    "[a link](https://example.com/[9])",
    "`items[7]`",
    "[EMAIL_1]",
    "\n```\n[7]\n```",
  ])("are well: %s", async (citation) => {
    expect(await kinds(`It is so ${citation}`)).toEqual([]);
  });

  it.each([
    ["elements", [{ role: "user", content: '<source id="doc-1">So.</source>' }], "doc-1"],
    [
      "results of tools",
      [{ role: "tool", toolCallId: "1", tool: "t", output: [{ id: "kb-4", text: "So." }] }],
      "kb-4",
    ],
  ] as const)("may name %s", async (_, turns, id) => {
    expect(await kinds(`So [${id}].`, {}, inputContent(turns))).toEqual([]);
    expect(await kinds("So [doc-99].", {}, inputContent(turns))).toEqual(["unknown-citation"]);
  });

  it("may name sources of the options", async () => {
    expect(await kinds("So [Handbook 2025].", { sources: { "handbook 2025": "So." } })).toEqual([]);
  });

  it("are wanted where the user wants them", async () => {
    const reply = "Delivery takes five days or so. It is sent by post to everybody [1].";

    expect(await kinds(reply, { requireCitations: "sentence" })).toEqual(["missing-citation"]);
    expect(await kinds(reply, { requireCitations: "paragraph" })).toEqual([]);
    expect(await kinds(reply)).toEqual([]);
  });
});

describe("quotes", () => {
  it.each([
    '"Cards are sent by post"',
    "“cards are sent by post.”",
    "„Cards are sent by post“",
    "« Cards are sent by post »",
    "“Delivery takes … sent by post”",
    "“Delivery takes [...] working days”",
    "“CARDS are sent by post”",
  ])("that say what the source says are well: %s", async (quote) => {
    expect(await kinds(`It says ${quote} [1].`)).toEqual([]);
  });

  it.each([
    '"Cards are sent by ship"',
    "“Cards are not sent by post”",
    "“sent by post … Delivery takes”",
    "«Les cartes sont envoyées par la poste»",
  ])("that say something else are found: %s", async (quote) => {
    expect(await kinds(`It says ${quote} [1].`)).toEqual(["quote-mismatch"]);
  });

  it("are compared with the source that is cited", async () => {
    expect(await kinds("“Cards are sent by post” [2].")).toEqual(["quote-mismatch"]);
  });

  it("without a citation may be from all that was given, or are let be", async () => {
    expect(await kinds("“Cards are sent by post”, it says.")).toEqual([]);
    expect(await kinds("“Nobody ever said this here”, it says.")).toEqual(["quote-mismatch"]);
    expect(await kinds("“Nobody ever said this here”", { quotes: "cited" })).toEqual([]);
  });

  it("of few words are names", async () => {
    expect(await kinds("The “fast lane” [1].")).toEqual([]);
    expect(await kinds("The “fast lane” [1].", { minQuoteWords: 2 })).toEqual(["quote-mismatch"]);
  });
});

describe("numbers", () => {
  it.each([
    "It costs 1250.5 euros [2].",
    "Es kostet 1.250,50 Euro [2].",
    "Cela coûte 1 250,50 euros [2].",
    "About 1,300 euros [2].",
    "It was paid by 3,200,000 people [2].",
    "1. It takes 5 days [1].",
    "It takes 5 days. [1]",
    "We have 77 shops. It takes 5 days [1].",
  ])("that stand in the source are well: %s", async (reply) => {
    expect(await kinds(reply)).toEqual([]);
  });

  it.each(["It costs 1250 euros [2].", "It takes 6 days. [1]", "About 1,700 euros [2]."])(
    "that do not are found: %s",
    async (reply) => {
      expect(await kinds(reply)).toEqual(["unsupported-number"]);
    },
  );
});

it("looks into the texts of a structured reply, and points at them", async () => {
  const reply = outputContent({ value: { lines: [{ text: "It takes 9 days [1]." }] } });

  const [finding] = await findIn(grounded(), reply, conversation);

  expect(finding).toMatchObject({ kind: "unsupported-number", shown: "9" });
});

it.each([{ minQuoteWords: 0 }, { minQuoteWords: 1.5 }])("refuses %j", (options) => {
  expect(() => grounded(options)).toThrow(
    expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
  );
});
