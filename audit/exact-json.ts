/**
 * The one spelling of a value that is hashed and signed: canonical JSON, and nothing that JSON would spell as something else.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */

import { isRecord, writeMembers } from "../graph/canonical-json.ts";
import { AuditError } from "./audit-error.ts";

/** Half a surrogate pair: text with one has no UTF-8. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * As canonicalJson of graph/, which spells NaN as `null` and leaves lone surrogates in: what is signed must not be read in two ways.
 * Members that are `undefined` are left out.
 *
 * @throws {AuditError} AUDIT_NOT_EXACT for a lone surrogate, a number that is not finite, and what is no JSON.
 */
export function exactJson(value: unknown): string {
  if (typeof value === "string") return exactString(value);
  if (typeof value === "boolean" || value === null) return String(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return JSON.stringify(value);
    throw notExact(`the number ${value}`);
  }
  if (Array.isArray(value)) return `[${value.map(exactJson).join(",")}]`;
  // A date, say: its members are not what it stands for.
  if (isRecord(value) && typeof value["toJSON"] !== "function") return exactObject(value);
  throw notExact(`a value of type "${typeof value}" that is no JSON`);
}

function exactObject(value: Readonly<Record<string, unknown>>): string {
  return writeMembers(value, (key, member) => {
    if (LONE_SURROGATE.test(key)) throw notExact("a name with half a surrogate pair");
    return exactJson(member);
  });
}

function exactString(value: string): string {
  if (LONE_SURROGATE.test(value)) throw notExact("text with half a surrogate pair");
  return JSON.stringify(value);
}

function notExact(what: string): AuditError {
  return new AuditError(
    "AUDIT_NOT_EXACT",
    `A record of the audit trail holds ${what}, which has no exact spelling. Give well-formed text, finite numbers and plain JSON.`,
  );
}
