import { assert, integer, property, string } from "fast-check";
import { cutTo, oneLine, padTo, plainLines, showValue, widthOf } from "../../cli/fit.ts";
import { formatTable } from "../../cli/table.ts";

describe("a text that has to fit", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["日本", 4],
    ["e\u0301", 1],
    ["👩‍👩‍👧", 2],
    ["\u001B[31mred\u001B[39m", 3],
  ])("takes as many columns as a terminal gives it: %j", (text, width) => {
    expect(widthOf(text)).toBe(width);
  });

  it.each([
    ["shorter", "abc", 5, "abc"],
    ["as long", "abcde", 5, "abcde"],
    ["longer", "abcdef", 5, "abcd…"],
    ["of wide characters", "日本語", 5, "日本…"],
    ["with no room for a half", "日本語", 4, "日…"],
    ["with hardly any room", "abc", 0, "…"],
  ])("is cut where it is %s", (_what, text, width, cut) => {
    expect(cutTo(text, width)).toBe(cut);
  });

  it("never takes more than there is", () => {
    assert(
      property(string({ unit: "grapheme" }), integer({ min: 1, max: 30 }), (text, width) => {
        expect(widthOf(cutTo(oneLine(text), width))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("holds nothing that a terminal obeys", () => {
    const evil = "a\u001B[2Jb\u001B]0;title\u0007c\u009B31md\r\ne\u202Ef\u0000g";

    expect(oneLine(evil)).toBe("abcd efg");
    expect(plainLines("one\u001B[31m\ntwo\r\tthree")).toBe("one\ntwo  three");
  });

  it("shows a value as JSON on one line, and a text as it is", () => {
    expect(showValue({ a: [1, "x\ny"] }, 80)).toBe(String.raw`{"a":[1,"x\ny"]}`);
    expect(showValue("two\nlines", 80)).toBe("two lines");
    expect(showValue(undefined, 80)).toBe("nothing");
    expect(showValue({ a: "x".repeat(100_000) }, 10)).toBe('{"a":"xxx…');
  });

  it("is filled up by what it takes, not by what it is long", () => {
    expect(padTo("日", 4)).toBe("日  ");
    expect(padTo("long", 2)).toBe("long");
  });
});

describe("a table", () => {
  it("stands straight with colours and wide characters in it", () => {
    const table = formatTable(
      ["a", "b"],
      [
        ["\u001B[31mred\u001B[39m", "1"],
        ["日本", "2"],
      ],
    );

    expect(table.split("\n")).toEqual(["a     b", "\u001B[31mred\u001B[39m   1", "日本  2"]);
  });
});
