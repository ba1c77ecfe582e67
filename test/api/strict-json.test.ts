/** What is read as JSON and what is refused, without a server. */

import { assert, json, pre, property } from "fast-check";
import { ApiError } from "../../api/api-error.ts";
import { parseStrictJson } from "../../api/strict-json.ts";

const encoder = new TextEncoder();

function parse(text: string): unknown {
  return parseStrictJson(encoder.encode(text));
}

function refusalOf(bytes: string | Uint8Array): string {
  try {
    parseStrictJson(typeof bytes === "string" ? encoder.encode(bytes) : bytes);
  } catch (error) {
    if (error instanceof ApiError && error.code === "API_INVALID_JSON") return error.message;
    throw error;
  }
  throw new Error("It was not refused.");
}

/** Whether it is refused is not of interest; anything but a refusal is. */
function tryTo(act: () => unknown): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
}

function nested(depth: number): string {
  return "[".repeat(depth) + "]".repeat(depth);
}

describe("parseStrictJson", () => {
  it("reads any JSON as JSON.parse does", () => {
    assert(
      property(json({ maxDepth: 8 }), (text) => {
        pre(!text.includes("__proto__"));

        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each<[what: string, text: string, value: unknown]>([
    ["a text", '"x"', "x"],
    ["null", " null\n", null],
    ["a number as large as can be", "1.7976931348623157e308", Number.MAX_VALUE],
    ["one too small to tell from 0", "1e-999", 0],
    ["a byte order mark before it", '\uFEFF{"a":1}', { a: 1 }],
    ["100 levels", nested(100), JSON.parse(nested(100))],
    [
      "one name in two objects",
      '{"a":{"a":1},"b":[{"a":1},{"a":2}]}',
      JSON.parse('{"a":{"a":1},"b":[{"a":1},{"a":2}]}'),
    ],
    ["a value that looks like a name", '{"a":"a","b":["a","a"]}', { a: "a", b: ["a", "a"] }],
    ["names that differ in case", '{"a":1,"A":2}', { a: 1, A: 2 }],
    ["brackets in a text", `{"a":"${"[".repeat(1_000)}"}`, { a: "[".repeat(1_000) }],
    ["escaped quotes and backslashes", String.raw`{"a\"":"\\","b":"\""}`, { 'a"': "\\", b: '"' }],
    ["a whole surrogate pair", String.raw`"\ud83d\ude00"`, "\u{1F600}"],
    [
      "constructor alone",
      '{"constructor":"x","prototype":1}',
      JSON.parse('{"constructor":"x","prototype":1}'),
    ],
    ["the name as a text", '["__proto__"]', ["__proto__"]],
  ])("reads %s", (_what, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  it.each([
    ["nothing", "", "is empty"],
    ["white space", " \r\n\t", "is empty"],
    ["a cut", '{"a":"b', "is not JSON"],
    ["a bracket too many", "[]]", "is not JSON"],
    ["a colon in an array", '["a":1,"a":1]', "is not JSON"],
    ["NaN", "NaN", "is not JSON"],
    ["a byte order mark inside", "[\uFEFF]", "is not JSON"],
    ["a null character", '"\u0000"', "is not JSON"],
    ["101 levels", nested(101), "deeper than 100 levels, at character 101"],
    ["101 levels of objects", '{"a":'.repeat(101) + "1" + "}".repeat(101), "deeper than 100"],
    ["100,000 brackets", nested(100_000), "deeper than 100"],
    ["100,000 brackets that do not close", "[".repeat(100_000), "deeper than 100"],
    ["a name twice", '{"a":1,"b":2,"a":1}', "a name twice, at character 14"],
    ["a name twice, deep inside", '[[{"x":{"a":1, "a" :2}}]]', "a name twice"],
    ["a name twice, once in escapes", String.raw`{"a":1,"\u0061":2}`, "a name twice"],
    ["an empty name twice", '{"":1,"":2}', "a name twice"],
    ["__proto__", '{"x":[{"__proto__":{}}]}', "__proto__"],
    ["__proto__ in escapes", String.raw`{"__pr\u006fto__":1}`, "__proto__"],
    ["constructor.prototype", '{"constructor":{"prototype":{"x":1}}}', "__proto__"],
    ["a number too large", '{"a":1e999}', "larger than a double"],
    ["one too low", "[-1e309]", "larger than a double"],
    ["half of a pair", String.raw`["\ud83d"]`, "surrogate pair"],
    ["the other half, in a name", String.raw`{"\ude00":1}`, "surrogate pair"],
  ])("refuses %s, and says so", (_what, text, message) => {
    expect(refusalOf(text)).toContain(message);
  });

  it.each([
    ["a lone byte", [0x22, 0xff, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["a surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["a letter that is cut off", [0x22, 0xe2, 0x82]],
    ["UTF-16", [0xff, 0xfe, 0x22, 0x00, 0x22, 0x00]],
  ])("refuses %s, which is no UTF-8", (_what, bytes) => {
    expect(refusalOf(Uint8Array.from(bytes))).toContain("UTF-8");
  });

  it("never quotes what it refuses", () => {
    const canary = "my-secret-4711";
    const refusals = [
      `{"${canary}":1,"${canary}":2}`,
      `["${canary}]`,
      canary,
      String.raw`["${canary}\ud800"]`,
      `{"${canary}":{"__proto__":"${canary}"}}`,
    ].map(refusalOf);

    expect(refusals.join("\n")).not.toContain(canary);
  });

  it.each([
    ["brackets", "[".repeat(1_048_576)],
    ["quotes", '"'.repeat(1_048_576)],
    ["backslashes", `"${"\\".repeat(1_048_575)}`],
    ["names", `{${Array.from({ length: 95_000 }, (_, index) => `"${index}":1`).join(",")}}`],
    ["a name and white space", `{"a"${" ".repeat(1_048_570)}`],
    ["texts and white space", `["a"${' ,"a"'.repeat(200_000)}]`],
    ["braces", '{"a":'.repeat(200_000)],
    ["numbers", `[${"1,".repeat(500_000)}1]`],
  ])("takes little time for 1 MiB of %s", (_what, text) => {
    const bytes = encoder.encode(text);
    const before = process.cpuUsage();

    tryTo(() => parseStrictJson(bytes));

    // Of the processor: others may use the machine.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_500);
  });
});
