/** Asks cheap models first, and dearer ones only when a reply is not good enough. */

import { z } from "zod";
import type { CascadePlan, JudgePlan, Router } from "../contract.ts";
import type { JsonSchema } from "../../graph/schema.ts";
import { isShare, readJudge, refuse } from "../ranking/options.ts";
import { cheapest } from "./cheapest.ts";

export interface CascadeOptions {
  /** When a reply is good enough: it passes each check that is given, and at least one is. */
  readonly accept: {
    /** A number in the reply has to be at least so much. `field`: dots go deeper, as in `"rating.confidence"`. */
    readonly confidence?: { readonly field: string; readonly atLeast: number };
    /**
     * The reply has to fit this too, of zod or as JSON Schema: stricter than the step's own schema. It is kept in the
     * history: what JSON Schema cannot say, such as a refinement or a flag of a pattern, is not checked.
     */
    readonly schema?: z.ZodType | JsonSchema;
    /** A model rates the reply from 0 to 1. */
    readonly judge?: JudgePlan & { readonly atLeast: number };
  };
  /** Orders the rungs. Default: by expected cost. */
  readonly router?: Router;
}

/**
 * Each rung is an attempt of its own in the history; the last one's reply is taken as it is.
 *
 * @see https://arxiv.org/abs/2305.05176 (FrugalGPT)
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function cascade({ accept, router = cheapest() }: CascadeOptions): Router {
  const plan: CascadePlan = { kind: "cascade", accept: readAccept(accept) };
  return {
    id: "cascade",
    rank: (request, candidates, signals) => router.rank(request, candidates, signals),
    plan: () => plan,
  };
}

function readAccept({
  confidence,
  schema,
  judge,
}: CascadeOptions["accept"]): CascadePlan["accept"] {
  if (confidence === undefined && schema === undefined && judge === undefined) {
    refuse(
      "cascade",
      `accepts every reply. Give "accept" a "confidence", a "schema" or a "judge".`,
    );
  }
  return {
    ...(confidence === undefined ? {} : { confidence: readConfidence(confidence) }),
    ...(schema === undefined ? {} : { schema: readSchema(schema) }),
    ...(judge === undefined ? {} : { judge: readThreshold(judge) }),
  };
}

type Accept = Required<CascadePlan["accept"]>;

function readConfidence({ field, atLeast }: Accept["confidence"]): Accept["confidence"] {
  if (typeof field !== "string" || field === "") {
    refuse("cascade", `has a "confidence" without a "field". Name the number of the reply.`);
  }
  if (!Number.isFinite(atLeast)) {
    refuse("cascade", `has ${String(atLeast)} for "confidence.atLeast". Give a number.`);
  }
  return { field, atLeast };
}

function readThreshold({ atLeast, ...judge }: Accept["judge"]): Accept["judge"] {
  if (!isShare(atLeast)) {
    refuse("cascade", `has ${String(atLeast)} for "judge.atLeast". Give a number from 0 to 1.`);
  }
  return { ...readJudge("cascade", judge), atLeast };
}

function readSchema(schema: z.ZodType | JsonSchema): JsonSchema {
  if (typeof schema !== "object" || schema === null) {
    refuse("cascade", `has a "schema" that is none. Give one of zod, or JSON Schema.`);
  }
  if (!isZod(schema)) return schema;
  try {
    return z.toJSONSchema(schema, { io: "input", override: dropFlaggedPatterns });
  } catch (error) {
    refuse("cascade", `cannot use its "schema": ${String(error)}`);
  }
}

function isZod(schema: z.ZodType | JsonSchema): schema is z.ZodType {
  return "_zod" in schema;
}

/** As graph/schema.ts does, whose functions no plugin may import: without its flag a pattern refuses what zod accepts. */
function dropFlaggedPatterns({
  zodSchema,
  jsonSchema,
}: {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}): void {
  const {
    _zod: { def },
  } = zodSchema;
  const checks = def.checks?.map(({ _zod: check }) => check.def) ?? [];
  const patterns = [def, ...checks].map((part): unknown => Reflect.get(part, "pattern"));
  if (!patterns.some((pattern) => pattern instanceof RegExp && pattern.flags !== "")) return;
  delete jsonSchema.pattern;
  delete jsonSchema.allOf;
}
