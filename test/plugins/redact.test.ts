import { excerptOf, textsOf } from "../../plugins/http/redact.ts";

const KEY = "mykey-1234567890";
const PROMPT = 'Summarise this:\n"The merger with Initech closes on Friday."';

function excerpt(body: string, texts: readonly string[] = [PROMPT]): string {
  return excerptOf(body, { secrets: [KEY], texts });
}

describe("excerptOf", () => {
  it("shows the first 300 characters on one line", () => {
    const body = `<html>\n  <h1>Bad Gateway</h1>${" nginx".repeat(100)}`;

    expect(excerpt(body)).toMatch(/^<html> <h1>Bad Gateway<\/h1> nginx/);
    expect(excerpt(body)).toHaveLength(300);
  });

  it("keeps what helps", () => {
    const body =
      '{"error":{"message":"The model `anthropic/claude-sonnet-4.5-20250929` does not exist"}}';

    expect(excerpt(body)).toBe(body);
  });

  it.each([
    ["the provider's own key", `bad key ${KEY}!`, KEY],
    ["the provider's own key in a URL", `/v1?k=${encodeURIComponent(KEY)}`, KEY],
    ["a key of OpenAI's form", "Incorrect API key: sk-proj-abc123DEF456", "abc123"],
    ["a masked key", "Incorrect API key: sk-proj-********wxyz", "wxyz"],
    ["a bearer token", "Authorization: Bearer abc.def-ghi", "abc.def"],
    ["a key of Google's", "key AIzaSyA1234567890abcdef", "SyA123"],
    ["a key in a query", "GET /models?key=hunter2xyz HTTP", "hunter2"],
    ["a JSON web token", "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "c2ln"],
    ["a long token", "id 0123456789abcdef0123456789abcdef", "89abcdef"],
    ["an AWS key", "AKIAIOSFODNN7EXAMPLE", "IOSFODNN"],
  ])("hides %s", (_name, body, secret) => {
    expect(excerpt(body)).toContain("[redacted]");
    expect(excerpt(body)).not.toContain(secret);
  });

  it("hides a key that the cut goes through", () => {
    const body = `${"x ".repeat(140)}${KEY}`;

    expect(excerpt(body)).not.toContain(KEY.slice(0, 8));
  });

  it.each([
    ["as it is", `{"error":"unsafe: The merger with Initech closes on Friday."}`],
    ["in JSON", JSON.stringify({ error: `unsafe: ${PROMPT}` })],
    ["in JSON in JSON", JSON.stringify({ error: JSON.stringify({ raw: PROMPT }) })],
    ["in part", '{"error":"unsafe: with Initech closes"}'],
    ["in capitals", '{"error":"THE MERGER WITH INITECH"}'],
    ["escaped", '<p>{"e":"merger with \\u0049nitech closes"</p>'],
  ])("hides the prompt that is quoted %s", (_name, body) => {
    expect(excerpt(body)).toContain("[redacted]");
    expect(excerpt(body)).not.toMatch(/merger|initech/i);
  });

  it("hides a short prompt that is quoted whole", () => {
    expect(excerpt('{"error":"PIN 4711 is no good"}', ["PIN 4711"])).toBe(
      '{"error":"[redacted] is no good"}',
    );
  });

  it.each([
    ["failed_generation", '{"error":{"message":"no JSON","failed_generation":"the reply"}}'],
    ["choices", '{"error":{"message":"no JSON"},"choices":[{"text":"the reply"}]}'],
    ["a body that is cut", '{"error":{"message":"no JSON","failed_generation":"the reply'],
  ])("hides the reply in %s", (_name, body) => {
    expect(excerpt(body)).toContain("no JSON");
    expect(excerpt(body)).not.toContain("the reply");
  });

  it("takes a prompt of a million characters", () => {
    const prompt = "lorem ipsum dolor ".repeat(60_000);
    const startedAt = performance.now();

    excerpt('{"error":"no lorem today"}', [prompt]);

    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});

describe("textsOf", () => {
  it("finds every text of a request", () => {
    const texts = textsOf({
      model: "small",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Hi" }] },
        { role: "assistant", toolCalls: [{ id: "1", tool: "find", input: { name: "Ada" } }] },
        { role: "tool", toolCallId: "1", tool: "find", output: [{ city: "London" }] },
      ],
      tools: [{ name: "find", description: "Finds people", input: {} }],
    });

    expect(texts).toEqual(["Be brief.", "Hi", "Ada", "London", "Finds people"]);
  });
});
