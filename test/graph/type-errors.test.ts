import { join } from "node:path";
import { checkModule } from "../../bench/compiler.ts";
import { writeGraph } from "../../bench/graph-source.ts";

/** Two groups of ten: every verb is there, and every verb has steps behind it. */
const STEPS = 20;
/** A case of a branch, where callbacks are nested deepest. */
const BRANCH = 13;
/** Against the sources: dist/ may be older. */
const options = { root: join(__dirname, "../.."), against: "sources" } as const;

describe("the compiler", () => {
  it("says one line about a wrong field in a callback, at that callback, and nothing else", () => {
    const { text, wrongLine } = writeGraph({ steps: STEPS, wrongStep: BRANCH });

    const { errors } = checkModule(text, options);

    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(new RegExp(`^graph\\.ts\\(${wrongLine},\\d+\\): error TS2339: .+$`));
    expect(errors[0]?.length).toBeLessThan(200);
  });
});
