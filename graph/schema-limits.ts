/** Says what JSON cannot carry in a zod schema, where it is, and what to write instead. */

import { z } from "zod";
import { toJsonSchema, type JsonSchema, type Schema } from "./schema.ts";

/** The schema as JSON Schema, or what stands against it: clauses such as `has z.date() at "paidAt", which …`. */
export type ReadSchema =
  | { readonly ok: true; readonly json: JsonSchema }
  | { readonly ok: false; readonly problems: readonly string[]; readonly error: unknown };

export type SchemaReader = (schema: Schema) => ReadSchema;

/** {@link readSchema} that converts each schema once: they are often shared, and converting is most of the work. */
export function createSchemaReader(): SchemaReader {
  const known = new Map<Schema, ReadSchema>();
  return (schema) => {
    const result = known.get(schema) ?? readSchema(schema);
    known.set(schema, result);
    return result;
  };
}

/** As `toJsonSchema`, and never throws. A schema that stands in two places is reported at the first. */
export function readSchema(schema: Schema): ReadSchema {
  try {
    return { ok: true, json: toJsonSchema(schema) };
  } catch (error) {
    return { ok: false, problems: listLimits(schema, error), error };
  }
}

function listLimits(schema: Schema, cause: unknown): readonly string[] {
  // The types promise one, and JavaScript does not keep it.
  if (!(schema instanceof z.core.$ZodType)) {
    return ["is no zod schema. Give it one, such as z.object({ … })."];
  }
  const problems: string[] = [];
  try {
    z.toJSONSchema(schema, {
      io: "input",
      unrepresentable: ({ zodSchema: { _zod: own }, path }) => {
        const { type } = own.def;
        const place = describePlace(path);
        const where = place === "" ? "" : ` at "${place}"`;
        problems.push(`has z.${type}()${where}, which JSON cannot carry. ${remedyFor(type)}`);
        return "any";
      },
    });
  } catch {
    // What it found until then is said; where it found nothing, the error itself.
  }
  if (problems.length > 0) return problems;
  const message = cause instanceof Error ? cause.message : "";
  return [`cannot be written as JSON Schema: ${message} Write it in another way.`];
}

function remedyFor(type: string): string {
  switch (type) {
    case "date":
      return "Use z.iso.datetime(), with .transform() where a Date is wanted.";
    case "map":
      return "Use z.record().";
    case "set":
      return "Use z.array().";
    case "bigint":
      return "Use z.string(), with .transform() where a bigint is wanted.";
    case "undefined":
    case "void":
      return "Use .optional() on the member, or z.null().";
    default:
      return "Use a type that JSON has, with .transform() where another is wanted.";
  }
}

/** `["properties", "lines", "items", "properties", "paidAt"]` is `lines[].paidAt`. */
function describePlace(path: readonly (string | number)[]): string {
  const [keyword, next, ...rest] = path;
  switch (keyword) {
    case undefined:
      return "";
    case "properties":
      return joinPlace(String(next), describePlace(rest));
    case "prefixItems":
      return joinPlace(`[${next}]`, describePlace(rest));
    case "items":
      return joinPlace("[]", describePlace(path.slice(1)));
    case "additionalProperties":
      return joinPlace("{}", describePlace(path.slice(1)));
    default:
      // Such as "anyOf", then its index: the same place in the values.
      return describePlace(path.slice(1));
  }
}

function joinPlace(first: string, rest: string): string {
  return rest === "" || rest.startsWith("[") || rest.startsWith("{")
    ? first + rest
    : `${first}.${rest}`;
}
