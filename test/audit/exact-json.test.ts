/** Canonical JSON by the examples of RFC 8785 itself, and what has no exact spelling. */

import { assert, jsonValue, property } from "fast-check";
import { exactJson } from "../../audit/exact-json.ts";
import { canonicalJson } from "../../graph/canonical-json.ts";

/** IEEE 754 in hex, and how it is spelled: RFC 8785, appendix B. */
const NUMBERS: readonly (readonly [string, string])[] = [
  ["0000000000000000", "0"],
  ["8000000000000000", "0"],
  ["0000000000000001", "5e-324"],
  ["8000000000000001", "-5e-324"],
  ["7fefffffffffffff", "1.7976931348623157e+308"],
  ["ffefffffffffffff", "-1.7976931348623157e+308"],
  ["4340000000000000", "9007199254740992"],
  ["c340000000000000", "-9007199254740992"],
  ["4430000000000000", "295147905179352830000"],
  ["44b52d02c7e14af5", "9.999999999999997e+22"],
  ["44b52d02c7e14af6", "1e+23"],
  ["44b52d02c7e14af7", "1.0000000000000001e+23"],
  ["444b1ae4d6e2ef4e", "999999999999999700000"],
  ["444b1ae4d6e2ef4f", "999999999999999900000"],
  ["444b1ae4d6e2ef50", "1e+21"],
  ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
  ["3eb0c6f7a0b5ed8d", "0.000001"],
  ["41b3de4355555553", "333333333.3333332"],
  ["41b3de4355555554", "333333333.33333325"],
  ["41b3de4355555555", "333333333.3333333"],
  ["41b3de4355555556", "333333333.3333334"],
  ["41b3de4355555557", "333333333.33333343"],
  ["becbf647612f3696", "-0.0000033333333333333333"],
  ["43143ff3c1cb0959", "1424953923781206.2"],
];

function numberOf(hex: string): number {
  return Buffer.from(hex, "hex").readDoubleBE();
}

describe.each([
  ["exactJson", exactJson],
  ["canonicalJson", canonicalJson],
])("%s", (_name, spell) => {
  it.each(NUMBERS)("spells the number %s as %s", (hex, text) => {
    expect(spell(numberOf(hex))).toBe(text);
  });

  it("spells the sample of section 3.2.2", () => {
    const sample = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`);

    expect(spell(sample)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("orders names by UTF-16 code units, as in section 3.2.3", () => {
    const sample = JSON.parse(String.raw`{
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    }`);

    expect(
      Object.values(JSON.parse(`[${spell(sample).slice(1, -1).replaceAll('":"', '","')}]`)),
    ).toEqual(
      [
        ["\r", "Carriage Return"],
        ["1", "One"],
        ["\u0080", "Control"],
        ["ö", "Latin Small Letter O With Diaeresis"],
        ["€", "Euro Sign"],
        ["😀", "Emoji: Grinning Face"],
        ["\ufb33", "Hebrew Letter Dalet With Dagesh"],
      ].flat(),
    );
  });
});

describe("exactJson", () => {
  it.each<[string, unknown]>([
    ["NaN", numberOf("7fffffffffffffff")],
    ["infinity", numberOf("7ff0000000000000")],
    ["half a surrogate pair", "\ud800"],
    ["its other half", "a\udc00b"],
    ["two halves the wrong way round", "\udc00\ud800"],
    ["half a pair in a name", { "\udead": 1 }],
    ["half a pair deep inside", { a: [{ b: "\udead" }] }],
    ["a hole in a list", [undefined]],
    ["a function", { a: () => 1 }],
    ["a large integer", 5n],
    ["a date", new Date(0)],
  ])("refuses %s", (_name, value) => {
    expect(() => exactJson(value)).toThrow(expect.objectContaining({ code: "AUDIT_NOT_EXACT" }));
  });

  it("takes whole pairs, and text about halves", () => {
    expect(exactJson(["😀", "\\ud800"])).toBe('["😀","\\\\ud800"]');
  });

  it("gives what JSON reads back, and the same for what was read", () => {
    assert(
      property(jsonValue(), (value) => {
        const text = exactJson(value);

        expect(exactJson(JSON.parse(text))).toBe(text);
        expect(text).toBe(canonicalJson(value));
      }),
    );
  });
});
