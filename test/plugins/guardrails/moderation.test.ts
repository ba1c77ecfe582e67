import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { moderation, type ModerationOptions } from "../../../plugins/guardrails/moderation.ts";
import { inputContent } from "../../../testing/index.ts";
import { findIn } from "./find-in.ts";

interface Asked {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly body: { readonly model: string; readonly input: readonly string[] };
}

const KEY = "test-key-0123456789";
const asked: Asked[] = [];
let answer: (input: readonly string[]) => { readonly status?: number; readonly body: unknown };
let server: Server;
let baseURL: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body: Asked["body"] = JSON.parse(Buffer.concat(chunks).toString());
      asked.push({ path: request.url, authorization: request.headers.authorization, body });
      const { status = 200, body: sent } = answer(body.input);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof sent === "string" ? sent : JSON.stringify(sent));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A server that listens to TCP.
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(() => {
  asked.length = 0;
});

/** In OpenAI's form. */
const openAI = (scores: Readonly<Record<string, number>>) => ({
  flagged: Object.values(scores).some((score) => score > 0.5),
  categories: Object.fromEntries(
    Object.entries(scores).map(([name, score]) => [name, score > 0.5]),
  ),
  category_scores: scores,
  category_applied_input_types: Object.fromEntries(
    Object.keys(scores).map((name) => [name, ["text"]]),
  ),
});
const answerOpenAI = (results: readonly unknown[]) => ({
  body: { id: "modr-1", model: "omni-moderation-latest", results },
});
const make = (options: Partial<ModerationOptions> = {}) =>
  moderation({ provider: "openai", apiKey: KEY, baseURL, ...options });

it("asks OpenAI, and gives its categories as kinds with a severity by their score", async () => {
  answer = () =>
    answerOpenAI([openAI({ "hate/threatening": 0.91, "self-harm/intent": 0.6, violence: 0.2 })]);

  const findings = await findIn(make(), inputContent("some words"));

  expect(asked).toEqual([
    {
      path: "/v1/moderations",
      authorization: `Bearer ${KEY}`,
      body: { model: "omni-moderation-latest", input: ["some words"] },
    },
  ]);
  expect(findings).toMatchObject([
    { kind: "hate-threatening", severity: "high" },
    { kind: "self-harm-intent", severity: "medium" },
  ]);
});

it("asks Mistral, which flags no text as a whole", async () => {
  answer = () => ({
    body: {
      id: "m1",
      model: "mistral-moderation-latest",
      results: [
        {
          categories: { hate_and_discrimination: false, pii: true },
          category_scores: { hate_and_discrimination: 0.001, pii: 0.97 },
        },
      ],
    },
  });

  const findings = await findIn(make({ provider: "mistral" }), inputContent("some words"));

  expect(asked[0]?.body.model).toBe("mistral-moderation-latest");
  expect(findings).toMatchObject([{ kind: "pii", severity: "high" }]);
});

it("goes by thresholds where there are some", async () => {
  answer = () => answerOpenAI([openAI({ hate: 0.6, violence: 0.3, sexual: 0.9 })]);

  const thresholds = { hate: 0.7, violence: 0.25 };
  const findings = await findIn(make({ thresholds }), inputContent("some words"));

  expect(findings.map(({ kind }) => kind)).toEqual(["violence", "sexual"]);
});

it("splits long texts, so that what is cut stands whole in one piece", async () => {
  answer = (input) =>
    answerOpenAI(
      input.map((piece) => openAI({ hate: piece.includes("needle-in-the-hay") ? 0.9 : 0 })),
    );
  const text = `${"hay ".repeat(1_497)}needle-in-the-hay ${"hay ".repeat(40_000)}`;

  const findings = await findIn(make(), inputContent(text));

  expect(findings).toMatchObject([{ kind: "hate" }]);
  expect(asked.length).toBeGreaterThan(1);
  expect(asked.flatMap(({ body }) => body.input).every((piece) => piece.length <= 6_000)).toBe(
    true,
  );
});

it("asks nothing about nothing", async () => {
  expect(await findIn(make(), inputContent(" \n"))).toEqual([]);
  expect(asked).toEqual([]);
});

it("sends no half of a pair", async () => {
  answer = () => answerOpenAI([openAI({ hate: 0 })]);

  await findIn(make(), inputContent("a\ud800b"));

  expect(asked[0]?.body.input).toEqual(["a\ufffdb"]);
});

describe("what is no answer rejects, without the key and without the text", () => {
  const text = "the very private words of somebody";

  it.each([
    ["an error", 401, { error: { message: `Incorrect key ${KEY}: ${text}` } }],
    ["too many requests", 429, { error: { message: "slow down" } }],
    ["a failure", 500, "oops"],
    ["no JSON", 200, `<html>${text}</html>`],
    ["nothing", 200, ""],
    ["no results", 200, { results: [] }],
    ["results of two texts", 200, { results: [openAI({ hate: 0 }), openAI({ hate: 0 })] }],
    ["no scores", 200, { results: [{ flagged: false, categories: {}, category_scores: {} }] }],
    [
      "scores that are none",
      200,
      { results: [{ categories: {}, category_scores: { hate: "0" } }] },
    ],
  ])("%s", async (_, status, body) => {
    answer = () => ({ status, body });

    const error: unknown = await findIn(make(), inputContent(text)).catch(
      (reason: unknown) => reason,
    );

    expect(error).toMatchObject({ name: "ProviderError" });
    const told = JSON.stringify([String(error), error, error instanceof Error && error.stack]);
    expect(told).not.toContain(KEY);
    expect(told).not.toContain("private words");
  });

  it("nobody there", async () => {
    const guardrail = make({ baseURL: "http://127.0.0.1:9/v1" });

    await expect(findIn(guardrail, inputContent(text))).rejects.toMatchObject({
      name: "ProviderError",
    });
  });
});

describe("options", () => {
  it("may leave the key to the environment", async () => {
    answer = () => answerOpenAI([openAI({ hate: 0 })]);

    const env = { OPENAI_API_KEY: "from-env\n" };
    await findIn(moderation({ provider: "openai", baseURL, env }), inputContent("hello"));

    expect(asked[0]?.authorization).toBe("Bearer from-env");
  });

  it("need a key", () => {
    expect(() => moderation({ provider: "mistral", env: {} })).toThrow(
      expect.objectContaining({ code: "PLUGIN_MISSING_KEY" }),
    );
  });

  it.each([{ baseURL: "nowhere" }, { thresholds: { hate: 2 } }, { thresholds: { hate: 0 } }])(
    "are refused: %j",
    (wrong) => {
      expect(() => make(wrong)).toThrow(
        expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
      );
    },
  );
});
