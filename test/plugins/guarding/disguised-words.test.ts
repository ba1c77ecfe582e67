import { array, assert, constantFrom, property } from "fast-check";
import { otherReadings } from "../../../plugins/guarding/disguised-words.ts";
import { fold } from "../../../plugins/guarding/fold.ts";
import {
  findWordsAgain,
  findWordsAndSigns,
} from "../../../plugins/guarding/injection/read-words.ts";

describe("disguised words", () => {
  it("are read with letters for digits, and without what separates their letters", () => {
    const readings = otherReadings(fold("1gn0re th1s, i.g.n.o.r.e that"));

    expect(readings.map(({ text }) => text)).toEqual([
      "ignore this, i.g.n.o.r.e that",
      "lgnore thls, i.g.n.o.r.e that",
      "1gn0re th1s, ignore that",
      "ignore this, ignore that",
      "lgnore thls, ignore that",
    ]);
  });

  it("are found wherever the spelling begins", () => {
    const texts = Array.from({ length: 14 }, (_, at) => `${"x".repeat(at)} a-b-c-d`);

    const joined = texts.map((text) => otherReadings(fold(text)).map((reading) => reading.text));

    expect(joined).toEqual(texts.map((text) => [text.replace("a-b-c-d", "abcd")]));
  });

  it("point at where they stand", () => {
    const [reading] = otherReadings(fold("so i.g.n.o.r.e it"));

    expect(reading?.originOf(3, 9)).toEqual([3, 14]);
  });

  it("are the same whether a whole text is looked at or what is read otherwise in it", () => {
    const written =
      "1gn0re ignore all a11 previous prev1ous rules rul3s not @i you are now a! my $ . x";
    const pieces = constantFrom(...written.split(" "), "do not", " ", " ", " ");

    assert(
      property(array(pieces, { maxLength: 24 }), (all) => {
        const { text, originOf } = fold(all.join(""));
        const { words } = findWordsAndSigns(text);

        for (const reading of otherReadings({ text, originOf })) {
          if (reading.changes === undefined) continue;
          expect(findWordsAgain(reading.text, words, reading.changes)).toEqual(
            findWordsAndSigns(reading.text).words,
          );
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
