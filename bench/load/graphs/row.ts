/** Graphs of any number of steps in a row. A module of its own for each: a run evaluates all graphs of its module. */

import { kit, type AnyGraph } from "signalbox";
import { z } from "zod";

const { graph } = kit<{ readonly models: { readonly small: unknown; readonly writer: unknown } }>();

/** The verb, without the types of a graph that is written by hand: those of a loop cannot be known. */
type Growing = AnyGraph & { step(id: string, options: object): Growing };

/** A graph `row`, each of whose steps needs the one before. */
export function rowOf(steps: number): AnyGraph {
  const empty = graph({ id: "row", input: z.object({ say: z.string() }) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- See `Growing`.
  let row = empty as unknown as Growing;
  for (let index = 0; index < steps; index++) {
    const prompt = (): string => `Answer number ${index}`;
    row = row.step(`step${index}`, { model: "small", output: z.string(), prompt });
  }
  return row;
}
