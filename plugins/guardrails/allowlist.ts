/** The guardrail that lets nothing pass but what is on its list. */

import type { CheckGuardrail, Finding, GuardContent, GuardPart } from "../guardrail-contract.ts";
import { compilePattern } from "../guarding/compile-pattern.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { FINDING_KIND } from "../guardrail-contract.ts";

/** What the guardrail `allowlist` is told: values, patterns, or both. */
export interface AllowlistOptions extends GuardOptions {
  /** What may stand there, to the letter: a letter that only looks the same is another one. Blanks around are not looked at. */
  readonly values?: readonly string[];
  /** RE2 patterns; one of them has to match the whole text. */
  readonly patterns?: readonly string[];
  /**
   * Members of a JSON value that are looked at, by their names from the outside to the inside, such as `"customer.city"`; of lists, every
   * item. What is not there is not missed: that is for a schema. Default: every text.
   */
  readonly fields?: readonly string[];
  /** What stands between several values in one text, such as `","`: each has to be allowed. Default: the text is one value. */
  readonly separator?: string;
  /** Whether upper and lower case are the same. Default: `false`. */
  readonly ignoreCase?: boolean;
  /** The kind of its findings. Default: `"not-allowed"`. */
  readonly kind?: string;
}

const ID = "allowlist";
/** As many values are named to a model that is asked again. */
const MOST_NAMED = 20;

/**
 * Looks at replies, unless `places` says otherwise.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, also when a pattern does not compile.
 */
export function allowlist(options: AllowlistOptions): CheckGuardrail {
  const { fields, separator, kind = "not-allowed" } = options;
  if (!FINDING_KIND.test(kind))
    throw invalidGuardOption(ID, "kind", kind, "lower-case words with hyphens");
  if (separator === "") throw invalidGuardOption(ID, "separator", separator, "a character");
  if (fields?.length === 0) throw invalidGuardOption(ID, "fields", fields, "one at least");
  const isAllowed = readAllowed(options);
  const advice = adviseOf(options);
  return {
    id: ID,
    places: ["output"],
    ...readGuardOptions(ID, options),
    check: (content) =>
      valuesOf(content, fields)
        .flatMap((part) => piecesOf(content.text, part, separator))
        .filter(({ text }) => !isAllowed(text))
        .map(({ start, end }): Finding => {
          const isEmpty = start === end;
          return { kind, severity: "medium", advice, ...(!isEmpty && { start, end }) };
        }),
  };
}

function readAllowed(options: AllowlistOptions): (text: string) => boolean {
  const { values = [], patterns = [], ignoreCase = false } = options;
  if (values.length === 0 && patterns.length === 0) {
    throw invalidGuardOption(ID, "values", values, "values or patterns, one at least");
  }
  const inCase = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const known = new Set(values.map((value) => inCase(value.trim())));
  const compiled = patterns.map((pattern) =>
    compilePattern({ guardrail: ID, name: pattern, pattern, flags: ignoreCase ? "i" : "" }),
  );
  return (text) => known.has(inCase(text)) || compiled.some((pattern) => pattern.matches(text));
}

function adviseOf({ values = [], patterns = [] }: AllowlistOptions): string {
  if (values.length === 0 || values.length > MOST_NAMED || patterns.length > 0)
    return "Answer with nothing but a value that is allowed.";
  return `Answer with nothing but one of: ${values.join(", ")}.`;
}

/** The texts that are values: names of members are not. */
function valuesOf(
  { text, parts }: GuardContent,
  fields: readonly string[] | undefined,
): readonly GuardPart[] {
  return parts.filter((part, index) => {
    const name = part.path.slice(part.path.lastIndexOf(".") + 1);
    const next = parts[index + 1];
    const isName =
      next !== undefined &&
      isWithin(next.path, part.path) &&
      text.slice(part.start, part.end) === name;
    if (isName) return false;
    return fields === undefined || fields.includes(fieldOf(part.path));
  });
}

/** A member's name stands before its value, under the same path. */
function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** `reply.items[2].city`: `items.city`. */
function fieldOf(path: string): string {
  return path
    .replaceAll(/\[\d+\]/g, "")
    .split(".")
    .slice(1)
    .join(".");
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Without the blanks around. */
function piecesOf(
  whole: string,
  { start, end }: GuardPart,
  separator: string | undefined,
): readonly Piece[] {
  const text = whole.slice(start, end);
  const pieces = separator === undefined ? [text] : text.split(separator);
  let at = start;
  return pieces.map((piece) => {
    const from = at + (piece.length - piece.trimStart().length);
    const trimmed = piece.trim();
    at += piece.length + (separator?.length ?? 0);
    return { text: trimmed, start: from, end: from + trimmed.length };
  });
}
