/**
 * Reads JSON that means the same to everybody: I-JSON, so UTF-8, no name twice, no lone surrogates, no number too large.
 * And none that could harm code which handles it: no depth without bound, no names of prototypes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7493
 */

import { ApiError } from "./api-error.ts";
import { findStructureFault } from "./json-structure.ts";

/** Code that walks a value, ours and others', calls itself for each level. */
const MAX_DEPTH = 100;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** @throws {ApiError} API_INVALID_JSON, which says what is wrong and where, and quotes nothing. */
export function parseStrictJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  if (text.trim() === "") throw invalid("The body is empty. Send JSON, such as {}.");
  const fault = findStructureFault(text, MAX_DEPTH);
  if (fault !== undefined) throw invalid(fault);
  const value = parse(text);
  assertPlain(value);
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw invalid("The body is not UTF-8. Encode it so.", cause);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid("The body is not JSON. Check quotes, commas and brackets.", cause);
  }
}

/** Depth is bounded by now. */
function assertPlain(value: unknown): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw invalid("A number is larger than a double can hold. Send it as text.");
  }
  if (typeof value === "string") assertWellFormed(value);
  if (Array.isArray(value)) for (const item of value) assertPlain(item);
  else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      assertName(name, member);
      assertPlain(member);
    }
  }
}

function assertName(name: string, member: unknown): void {
  assertWellFormed(name);
  const reachesPrototype =
    name === "__proto__" ||
    (name === "constructor" &&
      typeof member === "object" &&
      member !== null &&
      Object.hasOwn(member, "prototype"));
  if (!reachesPrototype) return;
  throw invalid(
    'An object has a member "__proto__", or "constructor" with "prototype". Call them otherwise.',
  );
}

function assertWellFormed(text: string): void {
  if (!/\p{Surrogate}/u.test(text)) return;
  throw invalid("A text has half of a surrogate pair, so it is not Unicode. Mend the escapes.");
}

function invalid(message: string, cause?: unknown): ApiError {
  return new ApiError("API_INVALID_JSON", message, { cause });
}
