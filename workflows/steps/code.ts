/** `code`: pure TypeScript of the author's. */

import type { CodeDefinition } from "../../graph/definition.ts";
import { describeProblems, readValue } from "../../graph/schema.ts";
import { callbackError, runCallback } from "../callback.ts";
import { placeOf, type StepContext } from "../step-context.ts";

export async function runCode(
  { run, output }: CodeDefinition,
  context: StepContext,
): Promise<unknown> {
  const place = placeOf(context, "run");
  const value = await runCallback(run, context.view, place);
  const read = output && readValue(output, value);
  if (read === undefined || read.ok) return value;
  throw callbackError(
    place,
    `it gave what does not fit its "output": ${describeProblems(read.problems)}`,
  );
}
