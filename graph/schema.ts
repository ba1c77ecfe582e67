/** Carries zod schemas across JSON: out as JSON Schema, back as a validator, problems as paths. */

import { z } from "zod";

/** JSON Schema, draft 2020-12, as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A schema as a graph's author writes it. */
export type Schema = z.ZodType;

/** What a schema gives. */
export type OutputOf<S extends Schema> = z.output<S>;

/** One thing that does not fit a schema. Never holds the value itself. */
export interface SchemaProblem {
  /** Dotted path from the root, such as `"lines.0.amount"`; `""` for the root itself. */
  readonly path: string;
  readonly message: string;
}

/**
 * What has to be sent for `schema` to accept it: defaults not yet filled in, transforms not yet run.
 *
 * @throws {Error} zod's own, when JSON cannot carry the schema (Date, Map, bigint, …).
 */
export function toJsonSchema(schema: Schema): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", override: dropFlaggedPatterns });
}

/** What comes out of `schema`: defaults filled in, transforms run, of whose results nothing is known. Never throws. */
export function toOutputSchema(schema: Schema): JsonSchema {
  const override = dropFlaggedPatterns;
  return z.toJSONSchema(schema, { io: "output", unrepresentable: "any", override });
}

type Override = NonNullable<z.core.ToJSONSchemaParams["override"]>;

/** JSON Schema's patterns have no flags: without its "i" or "u" a pattern refuses what the schema itself accepts. */
function dropFlaggedPatterns({ zodSchema, jsonSchema }: Parameters<Override>[0]): void {
  const { _zod: own } = zodSchema;
  const checks = own.def.checks?.map(({ _zod: check }) => check.def) ?? [];
  const patterns = [own.def, ...checks].map((def): unknown => Reflect.get(def, "pattern"));
  if (!patterns.some((pattern) => pattern instanceof RegExp && pattern.flags !== "")) return;
  delete jsonSchema.pattern;
  // Several patterns stand in `allOf`, which a string has for nothing else.
  delete jsonSchema.allOf;
}

/** Finds what of a value that came as JSON does not fit a schema: nothing, when it fits. */
export type ProblemFinder = (value: unknown) => readonly SchemaProblem[];

/** To be kept, where many values are held to one schema: reading the schema takes longer than reading a value by it. */
export function problemFinder(schema: JsonSchema): ProblemFinder {
  const reader = z.fromJSONSchema(schema);
  return (value) => {
    const result = reader.safeParse(value);
    return result.success ? [] : listProblems(result.error);
  };
}

/** A validator for values that came as JSON. `problems` is empty when `value` fits `schema`. */
export function findProblems(schema: JsonSchema, value: unknown): readonly SchemaProblem[] {
  return problemFinder(schema)(value);
}

/** What a schema makes of a value. */
export type ReadValue =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/**
 * Reads a value by its author's schema. Never throws: a refinement or a transform that does, or that is asynchronous,
 * is a problem like any other. Thrown in a workflow it would be retried for ever.
 */
export function readValue(schema: Schema, value: unknown): ReadValue {
  try {
    const { success, data, error } = schema.safeParse(value);
    return success ? { ok: true, value: data } : { ok: false, problems: listProblems(error) };
  } catch (error) {
    const name = error instanceof Error ? error.name : typeof error;
    return { ok: false, problems: [{ path: "", message: `The schema itself threw "${name}"` }] };
  }
}

/** What zod found, without the values it found it in. */
export function listProblems(error: z.ZodError): readonly SchemaProblem[] {
  return error.issues.map(({ code, path, message }) => ({
    path: path.join("."),
    // zod's own message quotes the keys, which may be a model's words.
    message: code === "unrecognized_keys" ? "Has keys that the schema does not know" : message,
  }));
}

/** Problems as one line for a message: `"kind": Invalid option; "n": …`. */
export function describeProblems(problems: readonly SchemaProblem[]): string {
  return problems.map(({ path, message }) => `"${path}": ${message}`).join("; ");
}
