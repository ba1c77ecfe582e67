/**
 * Values of steps as JSON and back, for a run that continues as new. Also what a schema makes and JSON would lose: dates, big
 * integers, numbers without end, and `undefined`.
 */

/** Stands for a value that JSON has no form for. */
const MARK = "$is";

/** A value that can be handed on: plain JSON. */
export type CarriedValue =
  | { readonly ok: true; readonly json: unknown }
  /** Such as a map, a function, or an object of a class. */
  | { readonly ok: false };

export function carryValue(value: unknown): CarriedValue {
  try {
    return { ok: true, json: toCarried(value, []) };
  } catch (error) {
    if (error instanceof NotCarried) return { ok: false };
    throw error;
  }
}

/** Reads what {@link carryValue} gave. */
export function readCarried(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(readCarried);
  if (typeof json !== "object" || json === null) return json;
  if (MARK in json) return readMarked(json);
  return mapMembers(json, readCarried);
}

class NotCarried extends Error {
  override readonly name = "NotCarried";
}

function toCarried(value: unknown, outer: readonly object[]): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0) ? value : marked("number", value);
    case "undefined":
      return { [MARK]: "undefined" };
    case "bigint":
      return marked("bigint", value);
    case "object":
      return value === null ? null : objectToCarried(value, outer);
    case "function":
    case "symbol":
      throw new NotCarried();
  }
}

function marked(is: string, value: number | bigint): object {
  return { [MARK]: is, value: Object.is(value, -0) ? "-0" : String(value) };
}

function objectToCarried(value: object, outer: readonly object[]): unknown {
  if (value instanceof Date) return { [MARK]: "date", value: value.getTime() };
  // One that holds itself has no end.
  if (outer.includes(value)) throw new NotCarried();
  const inside = [...outer, value];
  if (Array.isArray(value)) {
    // Not `map`, which leaves holes as they are.
    return Array.from(value, (item) => toCarried(item, inside));
  }
  if (!isPlain(value)) throw new NotCarried();
  const members = mapMembers(value, (member) => toCarried(member, inside));
  return MARK in value ? { [MARK]: "object", value: members } : members;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isOfNoClass = prototype === null || prototype === Object.prototype;
  return isOfNoClass && Object.getOwnPropertySymbols(value).length === 0;
}

function readMarked(json: object): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written above.
  const { [MARK]: is, value } = json as { readonly [MARK]: string; readonly value: unknown };
  switch (is) {
    case "number":
      return Number(value);
    case "bigint":
      return BigInt(String(value));
    case "date":
      return new Date(value === null ? Number.NaN : Number(value));
    case "object":
      return mapMembers(Object(value), readCarried);
    default:
      return undefined;
  }
}

function mapMembers(value: object, map: (member: unknown) => unknown): object {
  // `fromEntries` also makes a member of its own of `__proto__`.
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, map(member)]));
}
