/** One spelling for every JSON value, so that values can be compared and hashed as text. */

/** JSON without spaces, its keys in the order of their UTF-16 code units. Members that are `undefined` are left out. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? "null";
  return writeMembers(value, (_key, member) => canonicalJson(member));
}

/** An object in its canonical spelling, of which `write` spells the members; `undefined` leaves one out. */
export function writeMembers(
  value: Readonly<Record<string, unknown>>,
  write: (key: string, member: unknown) => string | undefined,
): string {
  let text = "";
  for (const key of Object.keys(value).toSorted()) {
    const member = value[key];
    const written = member === undefined ? undefined : write(key, member);
    if (written !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${written}`;
  }
  return `{${text}}`;
}

/** Whether two JSON values are the same, whatever the order of their keys. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return one === other || canonicalJson(one) === canonicalJson(other);
}

/** Tells a JSON object from everything else. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
