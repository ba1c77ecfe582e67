/** Where the chance of a decision comes from. */

import { hashText } from "../../plugins/contract.ts";

/** Of a run's id and a step's path: each step draws its own numbers, and the same ones when it is asked again. */
export function seedOf(run: string, step: string): number {
  return hashText(`${run}\n${step}`);
}
