import { links } from "../../../plugins/guardrails/links.ts";
import {
  guardrailContract,
  inputContent,
  mebibyteOf,
  outputContent,
} from "../../../testing/index.ts";
import { findIn } from "./find-in.ts";

const make = () => links({ allow: ["example.com", "*.example.org", "bücher.example"] });
describe("the contract of guardrails", () => {
  const checks = guardrailContract({
    guardrail: make,
    direction: "output",
    finds: ["See https://evil.test/x.", "[x](javascript:alert(1))"],
    passes: ["See https://example.com/x.", "// a comment", "and/or a.b.c"],
    slowTexts: [
      "http://a.b ",
      "http://a?",
      "](//a",
      "](",
      "href=",
      "mailto:a@",
      "a.com ",
      "data:text/html",
      "javascript:x",
      "www.",
      "http://[",
      "(",
    ].map(mebibyteOf),
  });

  it.each(checks)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe("links that are found", () => {
  it.each([
    ["https", "go to https://evil.test/a?b=c, now", "https://evil.test/a?b=c"],
    ["upper case", "HTTPS://EVIL.TEST/A", "HTTPS://EVIL.TEST/A"],
    ["backslashes", "http:\\\\evil.test\\a", "http:\\\\evil.test\\a"],
    ["one slash", "http:/evil.test", "http:/evil.test"],
    ["Markdown", "[a](https://evil.test/x_(y)) b", "https://evil.test/x_(y))"],
    ["a picture", "![a](https://evil.test/p.png?q=1)", "https://evil.test/p.png?q=1"],
    ["a picture without a scheme", "![a](//evil.test/p.png)", "//evil.test/p.png"],
    ["a reference", "[a]: https://evil.test 'x'", "https://evil.test"],
    ["an autolink", "<https://evil.test/>", "https://evil.test/"],
    ["HTML", `<a href='https://evil.test/a'>`, "https://evil.test/a"],
    ["HTML without a scheme", `<img src=//evil.test/a.png>`, "//evil.test/a.png"],
    ["CSS", "url(//evil.test/a.png)", "//evil.test/a.png"],
    ["other schemes", "[a](ssh://evil.test)", "ssh://evil.test"],
    ["a break within", "[a](ht\ntps://evil.test/)", "ht\ntps://evil.test/"],
    ["mail", "[a](mailto:ada@evil.test)", "mailto:ada@evil.test"],
    ["a bare host", "look at evil-shop.com/now.", "evil-shop.com/now"],
    ["a bare host with www", "www.evil.example", "www.evil.example"],
    ["a port", "http://evil.test:8080/", "http://evil.test:8080/"],
    [
      "an address within another",
      "https://example.com/?next=https://evil.test",
      "https://evil.test",
    ],
  ])("%s", async (_, text, shown) => {
    const findings = await findIn(make(), outputContent(text));

    expect(findings).toEqual([expect.objectContaining({ kind: "foreign-link", shown })]);
  });

  it.each([
    ["http://3325256711/", "decimal"],
    ["http://0xc6336407/", "hexadecimal"],
    ["http://0306.063.0144.07/", "octal"],
    ["http://[2001:db8::7]/", "IPv6"],
    ["http://localhost/", "a name without dots"],
    ["https://еxample.com/", "a Cyrillic letter"],
    ["https://xn--xample-2of.com/", "Punycode"],
    ["https://example.com.evil.test/", "a host that begins like one"],
    ["https://notexample.com/", "a host that ends like one"],
    ["https://example.org/", "the host above those below it"],
    ["https&#58;//evil.test/", "HTML entities"],
    ["https%3A%2F%2Fevil.test", "URL encoding"],
    ["ht\u200btps://evil.test", "zero-width characters"],
    ["ｈｔｔｐｓ：／／evil.test", "full-width letters"],
  ])("%s: %s", async (text) => {
    const findings = await findIn(make(), outputContent(text));

    expect(findings.map(({ kind }) => kind)).toEqual(["foreign-link"]);
  });

  it.each([
    "[a](javascript:alert(1))",
    "[a](JAVA\tSCRIPT:alert(1))",
    "javascript:fetch(1)",
    "<a href='vbscript:x'>",
    "data:text/html,<b>",
    "<iframe src=data:text/html;base64,PGI+>",
    "![a](data:image/svg+xml,<svg>)",
    "https://ada:pw@example.com/",
    "https://ada@example.com/",
  ])("as dangerous: %s", async (text) => {
    const findings = await findIn(make(), outputContent(text));

    expect(findings.map(({ kind }) => kind)).toEqual(["dangerous-link"]);
  });

  it("a user's name that looks like an allowed host", async () => {
    const findings = await findIn(make(), outputContent("https://example.com@evil.test/"));

    expect(findings.map(({ kind }) => kind)).toEqual(["dangerous-link", "foreign-link"]);
  });

  it("in calls of tools, and over two messages", async () => {
    const call = outputContent({
      toolCalls: [{ id: "1", tool: "get", input: { url: "//x", page: "http://evil.test" } }],
    });
    const messages = inputContent([
      { role: "user", content: "[a](https:" },
      { role: "user", content: "//evil.test)" },
    ]);

    expect(await findIn(make(), call)).toHaveLength(1);
    expect(await findIn(make(), messages)).toHaveLength(1);
  });
});

describe("links that pass", () => {
  it.each([
    "https://example.com/a?b#c",
    "https://EXAMPLE.com.:443/",
    "https://docs.example.org and https://a.b.example.org/",
    "https://bücher.example/ is https://xn--bcher-kva.example/",
    "[a](/relative) [b](#anchor) [c](page.html) [d](mailto:ada@example.com)",
    "![a](data:image/png;base64,iVBORw0KGgo=)",
    "JavaScript: the good parts",
    "Node.js 1.2.3, e.g. main.ts and README.md; it works.So do I. request.body.email",
    "ada@evil.test is an address, 192.0.2.1 too",
    "https:// and https://<your-host>/ and https://${HOST}/",
  ])("%s", async (text) => {
    expect(await findIn(make(), outputContent(text))).toEqual([]);
  });

  it("bare hosts, when nobody minds them", async () => {
    const guardrail = links({ allow: [], bareDomains: false });

    expect(await findIn(guardrail, outputContent("see evil-shop.com/x"))).toEqual([]);
  });
});

it("holds nothing of the address", async () => {
  const findings = await make().check(outputContent("https://evil.test/?secret=1"), {
    step: "draft",
    model: "test/model",
    signal: new AbortController().signal,
  });

  expect(JSON.stringify(findings)).not.toContain("evil");
});

it.each([
  "https://example.com",
  "exa mple.com",
  "",
  "*",
  "a.*.com",
  "example.com/x",
  "example.com:80",
])("refuses %j as a host", (entry) => {
  expect(() => links({ allow: [entry] })).toThrow(
    expect.objectContaining({ code: "PLUGIN_INVALID_OPTIONS" }),
  );
});
