import { secrets } from "../../../plugins/guardrails/secrets.ts";
import {
  guardrailContract,
  inputContent,
  mebibyteOf,
  outputContent,
} from "../../../testing/index.ts";
import { findIn, randomLetters } from "./find-in.ts";

const github = `ghp_${randomLetters(36)}`;
const anthropic = `sk-ant-api03-${randomLetters(93)}AA`;
const aws = `AKIA${randomLetters(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`;
const random = randomLetters(40);
const password = "kestrel-Teapot-42";
const body = `${randomLetters(64)}\n${randomLetters(64)}\n${randomLetters(20)}==`;
const pem = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`;

describe("the contract of guardrails", () => {
  const checks = guardrailContract({
    guardrail: () => secrets(),
    finds: [`GITHUB_TOKEN=${github}`, pem, `my password is ${password}`],
    passes: [
      "I forgot my password.",
      "AKIAIOSFODNN7EXAMPLE",
      "export API_KEY=${API_KEY}",
      "psql ${PGPASSWORD:?not set}",
      "password: !secret |",
    ],
    slowTexts: [
      "sk-",
      "ghp_a ",
      "://a:",
      "password=",
      "aws_secret_key=aB3dE5fG7hI9jK1l ",
      "-----BEGIN PRIVATE KEY-----",
      "Q~",
      "eyJaaaaaaaa.",
      "curl -u ",
      "ghp_\n",
      "bearer ",
      "\\n",
    ].map(mebibyteOf),
  });

  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("what is found", () => {
  it.each([
    ["a token of a vendor's form", `use ${github} now`, "access-token", github],
    ["a key of a provider", `"key": "${anthropic}",`, "provider-key", anthropic],
    ["a key of a cloud", `aws_access_key_id=${aws}`, "cloud-key", aws],
    ["a private key, without the lines around it", pem, "private-key", body],
    ["a private key that is cut off", pem.slice(0, 140), "private-key", pem.slice(28, 140)],
    [
      "a password in an address",
      `postgres://app:${password}@db.example.com/shop`,
      "connection-string",
      password,
    ],
    [
      "a password in a connection string",
      `Server=db;User Id=sa;Password=${password};`,
      "connection-string",
      password,
    ],
    ["a password in a sentence", `Mein Passwort ist ${password}.`, "password", password],
    ["a password behind a Polish word", `hasło: ${password}`, "password", password],
    ["a password in JSON", JSON.stringify({ password }), "password", password],
    ["a password in XML", `<Password>${password}</Password>`, "password", password],
    ["random characters behind a name", `SIGNING_SECRET=${random}`, "high-entropy", random],
    ["random characters alone", `it says ${random} there`, "high-entropy", random],
    ["an opaque token in a header", `Authorization: Bearer ${random}`, "access-token", random],
  ])("%s", async (_, text, kind, shown) => {
    const findings = await findIn(secrets(), text);

    expect(findings).toEqual([expect.objectContaining({ kind, shown })]);
  });

  it("never holds the secret itself", async () => {
    const findings = await secrets().check(inputContent(`a ${github} b ${anthropic} ${pem}`), {
      step: "draft",
      model: "test/model",
      signal: new AbortController().signal,
    });

    expect(findings).toHaveLength(3);
    expect(JSON.stringify(findings)).not.toMatch(
      new RegExp(`${github.slice(4, 14)}|${body.slice(0, 10)}`),
    );
  });
});

describe("disguises", () => {
  it.each([
    ["full-width digits", github.replaceAll("3", "３"), 1],
    ["a zero-width character", `${github.slice(0, 9)}\u200b${github.slice(9)}`, 1],
    ["HTML entities", `token&#61;${github.replace("_", "&#95;")}`, 1],
    ["URL encoding", `x=${encodeURIComponent(`k=${github}`)}&y`, 1],
    ["a line break within", `${github.slice(0, 20)}\n${github.slice(20)}`, 1],
    ["a line break that is written as \\n", `first\\n${github}\\nlast`, 1],
    ["an upper-case name", `PASSWORD=${password}`, 1],
    ["an encoded password", `redis://:${encodeURIComponent("p/w@rd:9x")}@cache:6379`, 1],
  ])("%s hides nothing", async (_, text, count) => {
    const findings = await findIn(secrets(), text);

    expect(findings).toHaveLength(count);
  });

  it("a token over two messages is found as one", async () => {
    const content = inputContent([
      { role: "user", content: github.slice(0, 20) },
      { role: "user", content: github.slice(20) },
    ]);

    const [finding] = await findIn(secrets(), content);

    expect(finding?.shown.replace("\n", "")).toBe(github);
  });

  it.each([
    [
      "a result of a tool",
      inputContent([{ role: "tool", toolCallId: "1", tool: "env", output: { db: { password } } }]),
    ],
    [
      "arguments of a tool",
      outputContent({ toolCalls: [{ id: "1", tool: "login", input: { password } }] }),
    ],
    ["a value of a reply", outputContent({ value: { account: { "x-api-key": random } } })],
  ])("the name and the value of a member are read together in %s", async (_, content) => {
    const findings = await findIn(secrets(), content);

    expect(findings.map(({ shown }) => shown)).toEqual([content.text.split("\n").at(-1)]);
  });

  it("the name of a file is read", async () => {
    const content = inputContent([
      {
        role: "user",
        content: [
          {
            type: "file",
            url: "https://example.com/f",
            mediaType: "text/plain",
            filename: `${github}.txt`,
          },
        ],
      },
    ]);

    expect(await findIn(secrets(), content)).toHaveLength(1);
  });
});

describe("any place", () => {
  const places = Array.from({ length: 60 }, (_, at) => ({
    before: "é%41&amp;\u200b x\n".repeat(at % 7) + " ".repeat(at % 3),
    secret: [github, anthropic, aws][at % 3] ?? "",
  }));

  it.each(places)("the finding covers the secret alone (%#)", async ({ before, secret }) => {
    const findings = await findIn(secrets(), `${before} ${secret} ${before}`);

    expect(findings.map(({ shown }) => shown)).toEqual([secret]);
  });

  it("what is redacted holds no secret any more", async () => {
    const text = `A=${github}\n${pem}\npassword: ${password}\nhttps://ada:${password}9@example.com`;

    const spans = await findIn(secrets(), text);
    const redacted = spans.reduceRight(
      (rest, { start = 0, end = 0 }) => `${rest.slice(0, start)}[SECRET]${rest.slice(end)}`,
      text,
    );

    expect(spans).toHaveLength(4);
    expect(await findIn(secrets(), redacted)).toEqual([]);
  });
});

describe("options", () => {
  it("finds the wanted kinds alone", async () => {
    const guardrail = secrets({ kinds: ["password"] });

    const findings = await findIn(guardrail, `${github} password=${password}`);

    expect(findings.map(({ kind }) => kind)).toEqual(["password"]);
  });

  it("lets pass what is allowed as it is written", async () => {
    expect(await findIn(secrets({ allow: [github] }), `${github} and ${aws}`)).toHaveLength(1);
  });

  it("finds what rules of one's own say, of which the first group is the secret", async () => {
    const guardrail = secrets({
      rules: [{ kind: "house-token", pattern: "acme:([0-9a-f]{8})", keywords: ["ACME"] }],
    });

    const findings = await findIn(guardrail, "x acme:0f1e2d3c y");

    expect(findings).toEqual([expect.objectContaining({ kind: "house-token", shown: "0f1e2d3c" })]);
    expect(guardrail.windowChars).toBeUndefined();
  });

  it.each([
    [{ rules: [{ kind: "house-token", pattern: "(?=x)" }] }, "house-token"],
    [{ rules: [{ kind: "House Token", pattern: "x" }] }, "House Token"],
    [{ kinds: [] }, "kinds"],
    [{ leastEntropy: 7 }, "leastEntropy"],
  ])("refuses %j", (options, named) => {
    expect(() => secrets(options)).toThrow(
      expect.objectContaining({
        code: "PLUGIN_INVALID_OPTIONS",
        message: expect.stringContaining(named),
      }),
    );
  });

  it("takes the rules that all guardrails take", () => {
    expect(secrets({ action: "redact", places: ["output"] })).toMatchObject({
      action: "redact",
      places: ["output"],
    });
  });
});
