/** How a model is asked for an output, and how its text is read: plain text, JSON by the provider's schema, or JSON by the prompt. */

import { jsonrepair } from "jsonrepair";
import { isRecord } from "../graph/canonical-json.ts";
import type { JsonSchema, SchemaProblem } from "../graph/schema.ts";
import { metProblemFinder } from "./met-schemas.ts";
import type { Turn } from "../plugins/contract.ts";

/** One way to ask for an output. */
export interface OutputForm {
  /** What the provider is asked to hold the reply to. Absent: text, or JSON that the messages ask for. */
  readonly outputSchema?: JsonSchema;
  /** The messages, with what the model has to be told. */
  readonly messages: readonly Turn[];
  read(text: string): ReadOutput;
}

export type ReadOutput =
  | { readonly ok: true; readonly value: unknown }
  /** `undefined`: it is no JSON, and could not be made any. */
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] | undefined };

/** @param canHoldToSchema - whether the provider itself holds replies to a JSON schema. */
export function chooseOutputForm(
  output: JsonSchema,
  messages: readonly Turn[],
  canHoldToSchema: boolean,
): OutputForm {
  if (isPlainText(output)) {
    return { messages, read: (text) => check(output, text) };
  }
  if (!canHoldToSchema || refersToRoot(output)) {
    const told = tellSchema(messages, output);
    return { messages: told, read: (text) => readJson(text, (value) => check(output, value)) };
  }
  if (output["type"] === "object") {
    const read = (text: string): ReadOutput => readJson(text, (value) => check(output, value));
    return { outputSchema: output, messages, read };
  }
  // Providers take schemas of objects only.
  const outputSchema = wrap(output);
  const read = (text: string): ReadOutput => readJson(text, (value) => checkWrapped(output, value));
  return { outputSchema, messages, read };
}

/** A choice of words is asked for by schema, so that the model is told the choices. */
function isPlainText(output: JsonSchema): boolean {
  return output["type"] === "string" && !("enum" in output) && !("const" in output);
}

/** Such a schema means something else once it is inside another. */
function refersToRoot(output: JsonSchema): boolean {
  return output["type"] !== "object" && JSON.stringify(output).includes('"$ref":"#"');
}

/** A model that answers without the wrapping has understood well enough. */
function checkWrapped(output: JsonSchema, value: unknown): ReadOutput {
  if (!isRecord(value) || !Object.hasOwn(value, "value")) return check(output, value);
  const inside = check(output, value["value"]);
  if (inside.ok) return inside;
  // What is wanted may itself have a member of that name.
  const bare = check(output, value);
  return bare.ok ? bare : inside;
}

function wrap({ $schema, $defs, ...value }: JsonSchema): JsonSchema {
  return {
    ...($schema !== undefined && { $schema }),
    ...($defs !== undefined && { $defs }),
    type: "object",
    properties: { value },
    required: ["value"],
    additionalProperties: false,
  };
}

/** Joined to the conversation's own system message: many models take only one. */
function tellSchema(messages: readonly Turn[], output: JsonSchema): readonly Turn[] {
  const words = `Answer with JSON only, no other text. It has to fit this JSON Schema:\n${JSON.stringify(output)}`;
  const [first, ...rest] = messages;
  if (first?.role === "system" && "content" in first && typeof first.content === "string") {
    return [{ role: "system", content: `${first.content}\n\n${words}` }, ...rest];
  }
  return [{ role: "system", content: words }, ...messages];
}

function check(schema: JsonSchema, value: unknown): ReadOutput {
  const problems = metProblemFinder(schema)(value);
  return problems.length === 0 ? { ok: true, value } : { ok: false, problems };
}

function readJson(text: string, read: (value: unknown) => ReadOutput): ReadOutput {
  const parsed = parse(text) ?? repair(text);
  return parsed === undefined ? { ok: false, problems: undefined } : read(parsed.value);
}

interface Parsed {
  readonly value: unknown;
}

function parse(text: string): Parsed | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Code fences, words around the JSON, trailing commas, single quotes, comments. Never what is missing at the end. */
function repair(text: string): Parsed | undefined {
  const start = text.search(/[[{]/);
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  if (start === -1 || end < start) return undefined;
  const json = text.slice(start, end + 1);
  if (!isClosed(json)) return undefined;
  try {
    return parse(jsonrepair(json));
  } catch {
    return undefined;
  }
}

/** What ends a text that begins with this. `jsonrepair` takes all of them. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ["`", "`"],
  ["“", "”"],
  ["‘", "’"],
]);

/** What may stand before a text that is not in JSON's own quotes: else the quote is an apostrophe. */
const BEFORE_TEXT = /[[{,:'"`”’]/;
/** What may follow it. */
const AFTER_TEXT = /\s*(?:[,:}\]'"`“‘/]|$)/y;

/**
 * Whether every bracket and every text is closed. `jsonrepair` would close those that are not, and so make a whole
 * answer of one that was cut.
 */
function isClosed(json: string): boolean {
  let depth = 0;
  let closing = "";
  let before = "";
  for (let at = 0; at < json.length; at++) {
    const character = json.charAt(at);
    if (closing !== "") {
      if (character === "\\") at++;
      else if (character === closing && mayClose(json, at)) closing = "";
    } else if (character === '"' || BEFORE_TEXT.test(before)) closing = QUOTES.get(character) ?? "";
    if (closing === "" && (character === "{" || character === "[")) depth++;
    if (closing === "" && (character === "}" || character === "]")) depth--;
    if (character.trim() !== "") before = character;
  }
  return depth === 0 && closing === "";
}

function mayClose(json: string, at: number): boolean {
  AFTER_TEXT.lastIndex = at + 1;
  return json.charAt(at) === '"' || AFTER_TEXT.test(json);
}
