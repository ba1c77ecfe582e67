/** What a model that judges replies has to answer. Schemas are made anew for each use: few runs need them. */

import { z } from "zod";

/** How good one reply is: from 0, of no use, to 1, all that is wanted. */
export function createScoreSchema(): z.ZodType<{ readonly score: number }> {
  return z.object({ score: z.number().min(0).max(1) });
}

/** Which of `count` replies is the best, counted from 1. */
export function createPickSchema(count: number): z.ZodType<{ readonly best: number }> {
  return z.object({ best: z.int().min(1).max(count) });
}

/** Whether what a guardrail found may pass. */
export function createAllowSchema(): z.ZodType<{ readonly allow: boolean }> {
  return z.strictObject({ allow: z.boolean() });
}
