import { anything, assert, bigInt, date, oneof, property } from "fast-check";
import { carryValue, readCarried } from "../../workflows/carried-value.ts";

/** There and back, by way of JSON. */
function handOn(value: unknown): unknown {
  const carried = carryValue(value);
  if (!carried.ok) throw new Error("it cannot be handed on");
  return readCarried(JSON.parse(JSON.stringify(carried.json)));
}

describe("a value that is handed on", () => {
  it.each([
    ["text", "text"],
    ["undefined", undefined],
    ["undefined in a list", [1, undefined, 3]],
    ["a member that is undefined", { there: undefined }],
    ["a date", { at: new Date(1_000) }],
    ["a big integer", [2n ** 80n]],
    ["numbers that JSON has no form for", [Number.NaN, Infinity, -Infinity, -0]],
    ["an object that looks like the form of another", { $is: "date", value: 1 }],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 })],
    ["a member named like the prototype", JSON.parse('{"__proto__": 1}')],
  ])("comes back as it was: %s", (_name, value) => {
    const back = handOn(value);

    expect(back).toEqual(value);
  });

  it("comes back as it was, whatever data it is", () => {
    const data = anything({ withBigInt: true });
    const comesBack = property(oneof(data, date({ noInvalidDate: true }), bigInt()), (value) => {
      const carried = carryValue(value);
      const back = carried.ok ? handOn(value) : value;

      expect(back).toEqual(value);
    });

    expect(() => assert(comesBack, { seed: 20_261_126, numRuns: 500 })).not.toThrow();
  });

  it("comes back as no date where it was none", () => {
    const back = handOn([new Date(Number.NaN)]);

    expect(back).toEqual([expect.any(Date)]);
    expect(String(back)).toBe("Invalid Date");
  });

  const loop: { self?: unknown } = {};
  loop.self = loop;

  it.each([
    ["a map", new Map()],
    ["a function", { run: () => 1 }],
    ["a symbol", Symbol("a")],
    ["an object of a class", new URL("http://127.0.0.1/")],
    ["an object that holds itself", loop],
  ])("is refused where it is no data: %s", (_name, value) => {
    expect(carryValue({ inside: [value] })).toEqual({ ok: false });
  });
});
