import { z } from "zod";
import { metProblemFinder } from "../../activities/met-schemas.ts";
import { toJsonSchema } from "../../graph/schema.ts";

/** As a schema comes with an attempt: equal, and another object. */
function schemaOf(letter: string): Readonly<Record<string, unknown>> {
  return toJsonSchema(z.object({ letter: z.literal(letter) }));
}

it("reads a schema once, however often it comes", () => {
  expect(metProblemFinder(schemaOf("a"))).toBe(metProblemFinder(schemaOf("a")));
});

it("holds each value to its own schema", () => {
  const [a, b] = [metProblemFinder(schemaOf("a")), metProblemFinder(schemaOf("b"))];

  expect(a({ letter: "a" })).toEqual([]);
  expect(b({ letter: "a" })).toMatchObject([{ path: "letter" }]);
  expect(b({ letter: "b" })).toEqual([]);
});

it("forgets the one that came least lately", () => {
  const finder = metProblemFinder(schemaOf("often"));
  const forgotten = metProblemFinder(schemaOf("once"));
  for (let index = 0; index < 250; index++) {
    metProblemFinder(schemaOf(`${index}`));
    metProblemFinder(schemaOf("often"));
  }

  expect(metProblemFinder(schemaOf("often"))).toBe(finder);
  expect(metProblemFinder(schemaOf("once"))).not.toBe(forgotten);
});
