import { array, assert, property, string, constantFrom } from "fast-check";
import { PhraseFinder } from "../../../plugins/guarding/phrase-finder.ts";

function findAll(phrases: readonly string[], text: string): string[] {
  const found: string[] = [];
  new PhraseFinder(phrases).find(text, ({ phrase, start, end }) => {
    found.push(`${phrases[phrase]}@${start}-${end}`);
  });
  return found;
}

describe("phrases in a text", () => {
  it("are all found, those inside others too", () => {
    const found = findAll(["he", "she", "his", "hers"], "ushers");

    expect(found).toEqual(["she@1-4", "he@2-4", "hers@2-6"]);
  });

  it("are found as a plain search finds them", () => {
    const letters = constantFrom("a", "b", "c");
    const words = array(string({ unit: letters, minLength: 1, maxLength: 5 }), { maxLength: 20 });

    assert(
      property(words, string({ unit: letters, maxLength: 60 }), (phrases, text) => {
        const distinct = [...new Set(phrases)];
        const expected = distinct.flatMap((phrase) =>
          Array.from({ length: text.length }, (_, at) => at)
            .filter((at) => text.startsWith(phrase, at))
            .map((at) => `${phrase}@${at}-${at + phrase.length}`),
        );

        expect(findAll(distinct, text).toSorted()).toEqual(expected.toSorted());
      }),
    );
  });

  it("may be ten thousand", () => {
    const phrases = Array.from({ length: 10_000 }, (_, at) => `term number ${at * 7919} 黑${at}`);

    const found = findAll(phrases, `x ${phrases[4711]} y`);

    expect(found).toContain(`${phrases[4711]}@2-${2 + (phrases[4711]?.length ?? 0)}`);
  });
});
