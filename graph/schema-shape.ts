/** What of a JSON Schema decides which values fit: not its texts for people and models, and no order that means nothing. */

import { canonicalJson, isRecord, isSameJson, writeMembers } from "./canonical-json.ts";
import type { JsonSchema } from "./schema.ts";

/** Texts: a description is part of what a model is asked, as a prompt is. */
const ANNOTATIONS: ReadonlySet<string> = new Set([
  "$comment",
  "deprecated",
  "description",
  "examples",
  "readOnly",
  "title",
  "writeOnly",
]);
/** Their keys are names that the author chose, `description` among them. */
const NAMED_SCHEMAS: ReadonlySet<string> = new Set(["$defs", "patternProperties", "properties"]);
/** Lists of which JSON Schema ignores the order; zod's follows the order of the keys in the source. */
const UNORDERED: ReadonlySet<string> = new Set(["enum", "required", "type"]);
/** Values, in which nothing is a keyword. */
const VALUES: ReadonlySet<string> = new Set(["const", "default"]);

/** The schema as text, the same for schemas that differ in annotations and in the order of keys only. */
export function writeShape(schema: unknown): string {
  if (Array.isArray(schema)) return `[${schema.map(writeShape).join(",")}]`;
  return isRecord(schema) ? writeMembers(schema, writeKeyword) : canonicalJson(schema);
}

/** Whether two schemas take the same values, as far as their shape says. */
export function isSameShape(one: JsonSchema, other: JsonSchema): boolean {
  return isSameJson(one, other) || writeShape(one) === writeShape(other);
}

function writeKeyword(keyword: string, value: unknown): string | undefined {
  if (ANNOTATIONS.has(keyword)) return undefined;
  if (VALUES.has(keyword)) return canonicalJson(value);
  if (UNORDERED.has(keyword) && Array.isArray(value)) {
    return `[${value.map(canonicalJson).toSorted().join(",")}]`;
  }
  if (NAMED_SCHEMAS.has(keyword) && isRecord(value)) {
    return writeMembers(value, (_name, schema) => writeShape(schema));
  }
  return writeShape(value);
}
