import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { normalise } from "../../../plugins/guarding/normalise.ts";

describe("a text without its disguises", () => {
  it.each([
    ["zero-width characters", "jo\u200bhn\u2060@example.com", "john@example.com"],
    ["full-width letters and digits", "ｊohn＠example．com ４１１１", "john@example.com 4111"],
    ["HTML entities", "john&#64;example&period;com &commat;&#x41;", "john@example.com @A"],
    ["URL encoding", "john%40example.com %C3%A9", "john@example.com é"],
    ["escapes of JSON", "john\\u0040example.com \\x41", "john@example.com A"],
    ["tag characters", `a${String.fromCodePoint(0xe0068, 0xe0069)}b`, "ahib"],
    ["controls of direction", "\u202eab\u202c", "ab"],
    ["mathematical letters", "𝐢𝐠𝐧𝐨𝐫𝐞", "ignore"],
  ])("has none of these: %s", (_what, disguised, plain) => {
    const read = normalise(disguised);

    expect(read.text).toBe(plain);
  });

  it.each([
    "plain",
    "",
    "100 % & more;",
    "&nosuch; %zz \\uzzzz",
    "日本語のテキスト",
    "Grüße, déjà vu",
  ])("leaves %j as it is", (text) => {
    const read = normalise(text);

    expect(read.text).toBe(text);
  });

  it("points at the original", () => {
    const text = "a %40 b jo\u200bhn c";
    const read = normalise(text);
    const at = read.text.indexOf("john");

    const [start, end] = read.originOf(at, at + 4);

    expect(text.slice(start, end)).toBe("jo\u200bhn");
  });

  it("points inside the original, whatever the text", () => {
    const piece = oneof(
      string({ unit: "binary" }),
      constantFrom("&#64;", "%40", "\\u0041", "\u200b", "４", "\ud800", "%C3%A9", "&amp;"),
    );
    assert(
      property(array(piece), (pieces) => {
        const text = pieces.join("");
        const read = normalise(text);
        let last = 0;
        for (let at = 0; at < read.text.length; at++) {
          const [start, end] = read.originOf(at, at + 1);
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          expect(end).toBeLessThanOrEqual(text.length);
          last = start;
        }
      }),
    );
  });
});
