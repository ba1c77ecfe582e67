/** How long the compiler takes for a graph of 100 steps, and what it says about one wrong field. */

import { fileURLToPath } from "node:url";
import { checkModule } from "./compiler.ts";
import { writeGraph } from "./graph-source.ts";
import { summarise, type Timing } from "./measure.ts";
import type { Result } from "./result.ts";

const STEPS = 100;
const RUNS = 5;
/** Of the whole check, the start of the compiler included. */
const TARGET_MS = 3_000;
/** Built, this lies in `dist/bench/`. */
const root = fileURLToPath(new URL("../..", import.meta.url));
const options = { root, against: "built" } as const;

export function measureTypeCheck(): readonly Result[] {
  const { medianMs: emptyGraphMs } = checkOften(0);
  const { medianMs, p95Ms, samples } = checkOften(STEPS);
  return [
    {
      name: `type check, ${STEPS} steps of every verb`,
      figures: { medianMs, p95Ms, emptyGraphMs, samples },
      target: `under ${TARGET_MS} ms`,
      ok: medianMs < TARGET_MS,
    },
    measureErrors(),
  ];
}

function checkOften(steps: number): Timing {
  const { text } = writeGraph({ steps });
  return summarise(Array.from({ length: RUNS }, () => checkOnce(text)));
}

function checkOnce(text: string): number {
  const { durationMs, errors } = checkModule(text, options);
  if (errors.length > 0) throw new Error(`The generated graph does not compile: ${errors[0]}`);
  return durationMs;
}

/** What is printed for one wrong field in a callback in the middle. */
function measureErrors(): Result {
  const { text, wrongLine } = writeGraph({ steps: STEPS, wrongStep: STEPS / 2 });
  const { errors } = checkModule(text, options);
  const [first = ""] = errors;
  return {
    name: "errors for one wrong field",
    figures: {
      errors: errors.length,
      lines: first.split("\n").length,
      characters: first.length,
    },
    target: "one error of one line, at the callback's line",
    ok: errors.length === 1 && !first.includes("\n") && first.startsWith(`graph.ts(${wrongLine},`),
  };
}
