/** Builds graphs of any size in memory: model calls, branches, maps, refines, each with schemas of its own. */

import { kit, type AnyGraph } from "signalbox";
import { z } from "zod";

/** The verbs, without the types of a graph that is written by hand: those of a loop cannot be known. */
type Growing = AnyGraph &
  Readonly<Record<"step" | "maybe" | "code" | "branch" | "map" | "refine" | "approval", Grow>>;

type Grow = (id: string, options: object) => Growing;

/** Steps that one group adds, those inside its branch and its map included. */
const GROUP_SIZE = 10;

/** @param steps - a multiple of 10; steps inside branches and maps count. */
export function buildLargeGraph(steps: number): AnyGraph {
  let large = emptyGraph();
  for (let group = 0; group < steps / GROUP_SIZE; group++) large = addGroup(large, group);
  return large;
}

/**
 * The same graph, made anew without building it from the start: graphs remember what they worked out about themselves.
 */
export function copyGraph(large: AnyGraph): AnyGraph {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Made by `buildLargeGraph`.
  return (large as Growing).code("end", { run: () => 1 });
}

function emptyGraph(): Growing {
  const { graph } = kit({ models: { small: 1, large: 1 } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- See `Growing`.
  return graph({
    id: "large",
    input: z.object({ text: z.string() }),
    defaults: { model: "small" },
  }) as unknown as Growing;
}

function addGroup(large: Growing, group: number): Growing {
  const id = (name: string): string => `${name}${group}`;
  const call = { output: answer(), prompt: () => "" };
  const nested = (flow: Growing): Growing => flow.step("inner", call);
  return large
    .step(id("head"), call)
    .maybe(id("maybe"), { ...call, when: () => true })
    .code(id("code"), { run: () => 1 })
    .branch(id("branch"), {
      needs: [id("head")],
      on: () => "left",
      cases: { left: nested, right: nested },
    })
    .map(id("map"), { needs: [id("head")], over: () => [], each: nested })
    .refine(id("refine"), {
      needs: [id("head")],
      maxRounds: 3,
      write: { output: answer(), prompt: () => "" },
      review: { output: z.object({ fit: z.boolean() }), prompt: () => "" },
      accept: () => true,
    })
    .approval(id("approval"), {
      needs: [id("code"), id("branch"), id("map"), id("refine")],
      decision: z.boolean(),
      show: () => 1,
    });
}

/** A schema as steps have them, and never the same one twice. */
function answer(): z.ZodType {
  return z.object({
    kind: z.enum(["question", "complaint", "praise"]),
    text: z.string().max(2_000).describe("What the customer is told"),
    score: z.number().min(0).max(1),
    tags: z.array(z.string()).max(10),
    refund: z.object({ amount: z.number(), reason: z.string() }).optional(),
  });
}
