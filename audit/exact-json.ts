/**
 * The one spelling of a value that is hashed and signed: canonical JSON, and nothing that JSON would spell as something else.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8785
 */

import { isRecord } from "../graph/canonical-json.ts";
import { AuditError } from "./audit-error.ts";

/** Asked first: the other takes its time, and most text has none. */
const SURROGATE = /[\ud800-\udfff]/;
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
  let text = "";
  for (const key of Object.keys(value).toSorted()) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === "" ? "{" : ","}${exactString(key)}:${exactJson(member)}`;
  }
  return text === "" ? "{}" : `${text}}`;
}

function exactString(value: string): string {
  if (SURROGATE.test(value) && LONE_SURROGATE.test(value)) {
    throw notExact("text with half a surrogate pair");
  }
  return JSON.stringify(value);
}

function notExact(what: string): AuditError {
  return new AuditError(
    "AUDIT_NOT_EXACT",
    `A record of the audit trail holds ${what}, which has no exact spelling. Give well-formed text, finite numbers and plain JSON.`,
  );
}
