/**
 * Writes a JSON schema as a grammar of llama.cpp, which lets a model write nothing that does not fit.
 *
 * Our own and not `createGrammarForJsonSchema` of node-llama-cpp: that one makes `null` of `anyOf`, asks for every
 * optional key, and lets the model spend tokens on indentation. What no grammar can hold (`pattern`, `maximum`, …) is left
 * to whoever reads the reply.
 *
 * @see https://github.com/ggml-org/llama.cpp/blob/master/grammars/README.md (GBNF)
 */

import type { JsonSchema } from "../../graph/schema.ts";

export interface JsonGrammarLimits {
  /** Where the schema sets no limit, strings end after so many characters. Default: they end when the model likes. */
  readonly maxStringLength?: number;
}

/** llama.cpp refuses to repeat more often than this. */
const MOST_REPETITIONS = 2_000;

const TERMINALS = {
  char: String.raw`[^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4})`,
  colon: `":" " "?`,
  comma: `"," " "?`,
  digits: `"0" | [1-9] [0-9]{0,14}`,
  date: `[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | "1" [0-9] | "2" [0-8])`,
  time: `([01] [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9]`,
  hex: `[0-9a-f]`,
  uuid: `hex{8} "-" hex{4} "-4" hex{3} "-" [89ab] hex{3} "-" hex{12}`,
  any: `any-object | any-array | any-string | any-number | "true" | "false" | "null"`,
  "any-object": `"{" (any-member (comma any-member)*)? "}"`,
  "any-member": `any-string colon any`,
  "any-array": `"[" (any (comma any)*)? "]"`,
  "any-string": String.raw`"\"" char* "\""`,
  "any-number": `"-"? digits ("." [0-9]{1,9})?`,
} as const;

const FORMATS: Readonly<Record<string, string>> = {
  date: String.raw`"\"" date "\""`,
  time: String.raw`"\"" time "Z\""`,
  "date-time": String.raw`"\"" date "T" time "Z\""`,
  uuid: String.raw`"\"" uuid "\""`,
};

/** The grammar of all JSON texts that fit `schema`, as far as a grammar can say. */
export function writeJsonGrammar(schema: JsonSchema, limits: JsonGrammarLimits = {}): string {
  const writer = new GrammarWriter(schema, limits);
  return writer.write();
}

class GrammarWriter {
  readonly #root: JsonSchema;
  readonly #limits: JsonGrammarLimits;
  readonly #rules = new Map<string, string>();

  constructor(root: JsonSchema, limits: JsonGrammarLimits) {
    this.#root = root;
    this.#limits = limits;
  }

  write(): string {
    this.#rules.set("root", "");
    this.#rules.set("root", this.#value(this.#root));
    const rules = [...this.#rules, ...Object.entries(TERMINALS)];
    return rules.map(([name, body]) => `${name} ::= ${body}\n`).join("");
  }

  #value(schema: unknown): string {
    if (!isObject(schema)) return "any";
    if (typeof schema["$ref"] === "string") return this.#reference(schema["$ref"]);
    if ("const" in schema) return literal(schema["const"]);
    const { enum: values, anyOf, oneOf, allOf, type, ...rest } = schema;
    if (Array.isArray(values)) return anyOfThese(values.map(literal));
    const members = anyOf ?? oneOf;
    if (Array.isArray(members)) {
      const own = type === undefined ? rest : { ...rest, type };
      return anyOfThese(members.map((member) => this.#value(join([own, member]))));
    }
    if (Array.isArray(allOf)) return this.#value(join([{ ...rest, type }, ...allOf]));
    if (Array.isArray(type)) {
      return anyOfThese(type.map((one: unknown) => this.#typed({ ...rest, type: one })));
    }
    return this.#typed(schema);
  }

  #typed(schema: JsonSchema): string {
    const type: unknown = schema["type"] ?? impliedType(schema);
    switch (type) {
      case "object":
        return this.#object(schema);
      case "array":
        return this.#array(schema);
      case "string":
        return this.#string(schema);
      case "number":
        return `${sign(schema)}digits ("." [0-9]{1,9})?`;
      case "integer":
        return `${sign(schema)}digits`;
      case "boolean":
        return `"true" | "false"`;
      case "null":
        return `"null"`;
      default:
        return "any";
    }
  }

  /** A rule of its own, so that a schema may contain itself. */
  #reference(path: string): string {
    if (path === "#") return "root";
    const [, name] = /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(path) ?? [];
    const definitions = this.#root["$defs"] ?? this.#root["definitions"];
    if (name === undefined || !isObject(definitions) || !Object.hasOwn(definitions, name)) {
      return "any";
    }
    const rule = `def-${Object.keys(definitions).indexOf(name)}`;
    if (!this.#rules.has(rule)) {
      this.#rules.set(rule, "");
      this.#rules.set(rule, this.#value(definitions[name]));
    }
    return rule;
  }

  #object(schema: JsonSchema): string {
    const { properties, required, others } = readMembers(schema);
    if (properties === undefined && others === false) return "any-object";
    const needed = new Set<unknown>(Array.isArray(required) ? required : []);
    const other =
      others === false ? undefined : this.#rule(`any-string colon ${group(this.#value(others))}`);
    // From the last property to the first: what may follow when a property was written already, and when none was.
    let after = other === undefined ? "" : `(comma ${other})*`;
    let first = other === undefined ? "" : `(${other} (comma ${other})*)?`;
    for (const [name, value] of Object.entries(properties ?? {}).toReversed()) {
      const member = this.#rule(`${literal(name)} colon ${group(this.#value(value))}`);
      const isNeeded = needed.has(name);
      first = isNeeded ? `${member} ${after}` : `(${member} ${after} | ${first || `""`})`;
      after = isNeeded ? `comma ${member} ${after}` : `(comma ${member})? ${after}`;
    }
    return `"{" ${first} "}"`;
  }

  #array({ items, prefixItems, minItems, maxItems }: JsonSchema): string {
    if (Array.isArray(prefixItems)) {
      return `"[" ${prefixItems.map((item) => group(this.#value(item))).join(" comma ")} "]"`;
    }
    const item = this.#rule(this.#value(items));
    const least = count(minItems) ?? 0;
    const most = count(maxItems);
    if (most === 0) return `"[]"`;
    const more = `(comma ${item})${repetitions(Math.max(least - 1, 0), most && most - 1)}`;
    return least === 0 ? `"[" (${item} ${more})? "]"` : `"[" ${item} ${more} "]"`;
  }

  #string({ format, minLength, maxLength }: JsonSchema): string {
    const known = typeof format === "string" ? FORMATS[format] : undefined;
    if (known !== undefined) return known;
    const least = count(minLength) ?? 0;
    const own = this.#limits.maxStringLength;
    const most = count(maxLength) ?? (own === undefined ? undefined : Math.max(own, least));
    return String.raw`"\"" char${repetitions(least, most)} "\""`;
  }

  #rule(body: string): string {
    const known = [...this.#rules].find(([, other]) => other === body);
    if (known !== undefined) return known[0];
    const name = `rule-${this.#rules.size}`;
    this.#rules.set(name, body);
    return name;
  }
}

/** Which keys an object may have: those with a schema each, those of a record, and any others. */
function readMembers({ properties, propertyNames, additionalProperties, required }: JsonSchema): {
  readonly properties: JsonSchema | undefined;
  readonly required: unknown;
  readonly others: unknown;
} {
  const names = isObject(propertyNames) ? propertyNames["enum"] : undefined;
  if (Array.isArray(names)) {
    const members = names.map((name: unknown) => [String(name), additionalProperties]);
    return { properties: Object.fromEntries(members), required, others: false };
  }
  const others = additionalProperties ?? false;
  return { properties: isObject(properties) ? properties : undefined, required, others };
}

/** Several schemas that have to hold together, as one. */
function join(schemas: readonly unknown[]): unknown {
  let joined: JsonSchema = {};
  for (const schema of schemas) {
    if (!isObject(schema)) continue;
    const properties = joinProperties(joined["properties"], schema["properties"]);
    const required = [joined["required"], schema["required"]].flatMap((names) =>
      Array.isArray(names) ? names : [],
    );
    const type = schema["type"] ?? joined["type"];
    joined = { ...joined, ...schema, type, properties, required };
  }
  const { properties, type, ...rest } = joined;
  return {
    ...rest,
    ...(properties === undefined ? {} : { properties }),
    ...(type === undefined ? {} : { type }),
  };
}

function joinProperties(one: unknown, other: unknown): JsonSchema | undefined {
  if (!isObject(one)) return isObject(other) ? other : undefined;
  return isObject(other) ? { ...one, ...other } : one;
}

function impliedType(schema: JsonSchema): string | undefined {
  if ("properties" in schema || "additionalProperties" in schema) return "object";
  return "items" in schema || "prefixItems" in schema ? "array" : undefined;
}

function sign({ minimum, exclusiveMinimum }: JsonSchema): string {
  const isPositive = [minimum, exclusiveMinimum].some(
    (bound) => typeof bound === "number" && bound >= 0,
  );
  return isPositive ? "" : `"-"? `;
}

function repetitions(least: number, most: number | undefined): string {
  const from = Math.min(least, MOST_REPETITIONS);
  if (most !== undefined && most <= MOST_REPETITIONS) return `{${from},${Math.max(most, from)}}`;
  return from === 0 ? "*" : `{${from},}`;
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 ? value : undefined;
}

/** GBNF escapes as JSON does. */
function literal(value: unknown): string {
  return JSON.stringify(JSON.stringify(value));
}

function anyOfThese(alternatives: readonly string[]): string {
  return [...new Set(alternatives)].map(group).join(" | ");
}

function group(expression: string): string {
  return /^[\w-]+$|^"(?:[^"\\]|\\.)*"$/.test(expression) ? expression : `(${expression})`;
}

function isObject(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
