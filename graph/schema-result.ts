/** Checks a value that takes the place of one that a schema has parsed: it is what comes out, not what goes in. */

import { z } from "zod";
import {
  findProblems,
  readValue,
  type JsonSchema,
  type Schema,
  type SchemaProblem,
} from "./schema.ts";

/**
 * What does not fit. Behind a transform only the form of the result is known, and nothing of what the transform gives:
 * there the check lets through what it cannot judge.
 */
export function findMisfits(schema: Schema, value: unknown): readonly SchemaProblem[] {
  const read = readValue(schema, value);
  if (read.ok) return [];
  const { json, isTransforming } = describeResult(schema);
  return isTransforming ? findProblems(json, value) : read.problems;
}

interface Result {
  readonly json: JsonSchema;
  readonly isTransforming: boolean;
}

function describeResult(schema: Schema): Result {
  let isTransforming = false;
  const json = z.toJSONSchema(schema, {
    io: "output",
    unrepresentable: "any",
    override: ({ zodSchema: { _zod: own }, jsonSchema }) => {
      const { def } = own;
      if (def.type === "pipe" || def.type === "transform") isTransforming = true;
      // Parsing drops what a plain object does not know. The value is not parsed, and more than enough is enough.
      if (def.type === "object" && !def.catchall) delete jsonSchema.additionalProperties;
    },
  });
  return { json, isTransforming };
}
