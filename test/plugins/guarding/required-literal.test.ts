import { array, assert, constantFrom, property } from "fast-check";
import { RE2JS } from "re2js";
import { requiredLiteral } from "../../../plugins/guarding/required-literal.ts";

describe("what has to stand in a text for a pattern to match", () => {
  it.each([
    ["EMP-[0-9]{5}", "EMP-"],
    [String.raw`\bdb\.corp\.example\b`, "db.corp.example"],
    ["abc?de", "ab"],
    ["ab+cd", "ab"],
    ["(abc)?xy", "xy"],
    ["a.*bcd", "bcd"],
    ["[abc]{12}xyz", "xyz"],
    ["[]a]bcd", "bcd"],
    [String.raw`[\]a]bcd`, "bcd"],
  ])("is read from %j: %j", (pattern, literal) => {
    const read = requiredLiteral(pattern);

    expect(read).toBe(literal);
  });

  it.each([
    "abc|def",
    "(?i)abc",
    "(?i:abc)d",
    String.raw`\x41bc`,
    String.raw`\p{Greek}`,
    String.raw`\Qa.b\E`,
    String.raw`\101bc`,
    "[0-9]+",
    "a{10}",
    "",
  ])("is not known of %j", (pattern) => {
    const read = requiredLiteral(pattern);

    expect(read).toBeUndefined();
  });

  it("stands in every match, whatever the pattern", () => {
    const pieces = [
      "a",
      "b",
      "ab",
      "ba",
      "a?",
      "b*",
      "a+",
      "b{2}",
      "a{0,1}",
      "[ab]",
      "(a|b)",
      "(ab)?",
      "(?:ba)",
      ".",
      "^",
      "$",
      "[^a]",
      "b{0}",
      "a+?",
    ];
    let matches = 0;

    assert(
      property(
        array(constantFrom(...pieces), { minLength: 1, maxLength: 5 }),
        array(constantFrom("a", "b", "c"), { maxLength: 8 }),
        (parts, letters) => {
          const pattern = parts.join("");
          const text = letters.join("");
          const literal = requiredLiteral(pattern);
          if (literal === undefined || !RE2JS.compile(pattern).test(text)) return;
          matches += 1;
          expect(text).toContain(literal);
        },
      ),
      { numRuns: 3_000 },
    );

    expect(matches).toBeGreaterThan(20);
  });
});
