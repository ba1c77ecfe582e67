import { textWidth, wrapText, type Font } from "../../drawing/text.ts";

const font: Font = { size: 10 };

describe("textWidth", () => {
  it("grows with the text, the size and the weight", () => {
    expect(textWidth("ab", font)).toBeGreaterThan(textWidth("a", font));
    expect(textWidth("a", { size: 20 })).toBe(2 * textWidth("a", font));
    expect(textWidth("a", { ...font, isBold: true })).toBeGreaterThan(textWidth("a", font));
  });

  it("gives a letter with an accent the width of the letter", () => {
    expect(textWidth("é", font)).toBe(textWidth("e", font));
  });

  it("gives what it does not know as much as an emoji needs", () => {
    expect(textWidth("漢", font)).toBe(textWidth("😀", font));
    expect(textWidth("漢", font)).toBeGreaterThan(textWidth("W", font));
  });
});

describe("wrapText", () => {
  it.each([
    { text: "small, else backup", width: 60, lines: ["small, else", "backup"] },
    { text: "no-secrets", width: 40, lines: ["no-", "secrets"] },
    { text: "aaaaaaaaaa", width: 30, lines: ["aaaa", "aaaa", "aa"] },
    { text: "one\n  line", width: 60, lines: ["one line"] },
    { text: " ", width: 60, lines: [] },
    { text: "😀😀😀", width: 26, lines: ["😀😀", "😀"] },
  ])("breaks $text into $lines", ({ text, width, lines }) => {
    expect(wrapText(text, font, width)).toEqual(lines);
  });

  it("gives no line wider than it may be", () => {
    const text = 'aWordWithoutAnyBreak and some words, names/paths and {"json":true}'.repeat(3);

    const lines = wrapText(text, font, 80);

    expect(lines.filter((line) => textWidth(line, font) > 80)).toEqual([]);
    expect(lines.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  });
});
