/** Reads what PostgreSQL, or the way to it, says is wrong. */

/** `reason` is a code and no more: messages may quote a password, a key or an entry. */
export interface PostgresFailure {
  readonly reason: string;
  /** It may be over in a moment: there is no connection, or the server is starting, stopping or full. */
  readonly isPassing: boolean;
}

/** Connection, resources, transaction rolled back, operator intervention. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const PASSING = /^(?:08|53|40|57)/;
/** Read-only, as a server is that another one takes the place of; and a table that was removed, which is then made anew. */
const ALSO_PASSING: ReadonlySet<string> = new Set(["25006", "42P01"]);

export function readPostgresFailure(error: unknown): PostgresFailure {
  const code: unknown = Reflect.get(Object(error), "code");
  const known = typeof code === "string" && /^[A-Z0-9_]+$/.test(code) ? code : undefined;
  // Only what the server itself says has a severity.
  if (known !== undefined && Reflect.has(Object(error), "severity")) {
    const isPassing = PASSING.test(known) || ALSO_PASSING.has(known);
    return { reason: `refuses (${known})`, isPassing };
  }
  return { reason: `cannot be reached (${known ?? "no answer"})`, isPassing: true };
}
