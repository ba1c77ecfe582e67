/** Fits a JSON Schema to the APIs that hold a model to it while it writes, which take a part of JSON Schema only. */

import type { JsonSchema } from "../../graph/schema.ts";
import { isRecord } from "../http/vendor-error.ts";

/**
 * The same schema, with objects that take no members but their own: what the schema does not name would be dropped on
 * reading anyway, and a model should not write it.
 */
export function closeObjects(schema: JsonSchema): JsonSchema {
  return mapSchema(schema, (part) =>
    isRecord(part["properties"]) && part["additionalProperties"] === undefined
      ? { ...part, additionalProperties: false }
      : part,
  );
}

/** What OpenAI's strict mode refuses with 400. */
const NOT_STRICT = ["oneOf", "allOf", "not", "if", "patternProperties", "propertyNames", "default"];

/**
 * Whether every object has all of its members required and no others, and nothing else stands in the way of strict mode.
 *
 * @see https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function isStrict(schema: JsonSchema): boolean {
  let strict = true;
  mapSchema(schema, (part) => {
    strict &&= isStrictPart(part);
    return part;
  });
  return strict;
}

function isStrictPart(part: JsonSchema): boolean {
  if (NOT_STRICT.some((name) => Object.hasOwn(part, name))) return false;
  if (part["type"] !== "object" && !isRecord(part["properties"])) return true;
  const names = isRecord(part["properties"]) ? Object.keys(part["properties"]) : [];
  const { required } = part;
  const listed: readonly unknown[] = Array.isArray(required) ? required : [];
  return part["additionalProperties"] === false && names.every((name) => listed.includes(name));
}

/** Where schemas stand by name, and where they stand alone or in a list. */
const BY_NAME = ["properties", "$defs", "definitions"];
const DIRECT = ["items", "prefixItems", "anyOf", "oneOf", "allOf", "additionalProperties"];

function mapSchema(schema: JsonSchema, change: (part: JsonSchema) => JsonSchema): JsonSchema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    return isRecord(value) ? mapSchema(value, change) : value;
  };
  const members = Object.entries(schema).map(([name, value]): [string, unknown] => {
    if (BY_NAME.includes(name) && isRecord(value)) {
      const parts = Object.entries(value).map(([key, part]) => [key, walk(part)]);
      return [name, Object.fromEntries(parts)];
    }
    return [name, DIRECT.includes(name) ? walk(value) : value];
  });
  return change(Object.fromEntries(members));
}
