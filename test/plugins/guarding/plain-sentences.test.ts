import { array, assert, constantFrom, property } from "fast-check";
import { plainSentenceEnds } from "../../../plugins/guarding/length/plain-sentences.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

function segmentEnds(text: string): readonly number[] {
  return Array.from(segmenter.segment(text), ({ segment, index }) => index + segment.length);
}

describe("sentences of plain text", () => {
  it.each([
    "",
    "One. Two! Three? Four",
    "It is 3.5 of the U.S.A. and more.",
    'He said "No." (Yes.) and left. Then',
    "a. b. c. 1. 2.\r\n\r\nd...  e",
  ])("end where the engine's segmenter ends them: %j", (text) => {
    const ends = [...plainSentenceEnds(text)];

    expect(ends).toEqual(segmentEnds(text));
  });

  it("end there in any text", () => {
    // Without the semicolon, of which the versions of Unicode differ.
    const units = constantFrom(
      ...". . ! ? \t \r \n , - : ( ) \" ' a b A B 1 2 _ * \0 \v".split(" "),
      " ",
    );

    assert(
      property(array(units, { maxLength: 16 }), (pieces) => {
        const text = pieces.join("");

        expect([...plainSentenceEnds(text)]).toEqual(segmentEnds(text));
      }),
      { numRuns: 2_000 },
    );
  });
});
