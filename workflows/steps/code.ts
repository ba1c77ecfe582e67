/** `code`: pure TypeScript of the author's. */

import type { CodeDefinition } from "../../graph/definition.ts";
import { runCallback } from "../callback.ts";
import { placeOf, type StepContext } from "../step-context.ts";

export function runCode({ run }: CodeDefinition, context: StepContext): Promise<unknown> {
  return runCallback(run, context.view, placeOf(context, "run"));
}
