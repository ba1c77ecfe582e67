import { assert, property, string } from "fast-check";
import { chain, fold } from "../../../plugins/guarding/fold.ts";
import { normalise } from "../../../plugins/guarding/normalise.ts";

describe("a folded text", () => {
  it.each([
    ["cases", "IGNORE Größe", "ignore grosse"],
    ["accents", "ïgnörë é ñ Żółć", "ignore e n zolc"],
    ["Cyrillic letters that look like Latin ones", "іgnоrе", "ignore"],
    ["Greek letters that look like Latin ones", "ιgnοrε", "ignore"],
    ["small capitals", "ɪɢɴᴏʀᴇ", "ignore"],
    ["letters in squares", "🅸🅶🅽🅾🆁🅴", "ignore"],
    ["blanks of all kinds", "a \t\n\u2003 b\u00a0\u00a0c", "a b c"],
    ["both cases of another script", "ИГНОРИРУЙ", fold("игнорируй").text],
  ])("is the same for %s", (_what, text, folded) => {
    const read = fold(text);

    expect(read.text).toBe(folded);
  });

  it.each(["が", "한국어", "你好", "ภาษา", "हिन्दी"])("keeps %s", (text) => {
    const read = fold(text);

    expect(read.text).toBe(text);
  });

  it("points at the original", () => {
    const text = "Die  Straße, 🅸gnoré it";
    const read = fold(text);
    const at = read.text.indexOf("ignore");

    const [start, end] = read.originOf(at, at + 6);

    expect(text.slice(start, end)).toBe("🅸gnoré");
  });

  it("points at the original through what was normalised", () => {
    const text = "a &#73;g\u200bnоre b";
    const plain = normalise(text);
    const read = chain(plain, fold(plain.text));
    const at = read.text.indexOf("ignore");

    const [start, end] = read.originOf(at, at + 6);

    expect(text.slice(start, end)).toBe("&#73;g\u200bnоre");
  });

  it("stays the same when folded again", () => {
    assert(
      property(string({ unit: "binary" }), (text) => {
        const { text: once } = fold(text);
        expect(fold(once).text).toBe(once);
      }),
    );
  });

  it("points inside the original, whatever the text", () => {
    assert(
      property(string({ unit: "binary" }), (text) => {
        const read = fold(text);
        for (let at = 0; at < read.text.length; at += 1) {
          const [start, end] = read.originOf(at, at + 1);
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
