/**
 * Values made ready to cross between executions as JSON, and to come out as they went in: `undefined` included, which steps that
 * may be skipped give. What JSON would change without a word, such as a `Date`, is refused.
 */

/** A value as JSON has it. */
export interface PlainData {
  readonly json: unknown;
  /** Where `null` stands for `undefined`. Absent: nowhere. */
  readonly undefinedAt?: readonly DataPath[];
}

/** Names of members and indexes of items, from the outside in. */
export type DataPath = readonly (string | number)[];

/** A value that JSON would change. */
export interface NotPlain {
  /** Empty for the value itself. */
  readonly path: DataPath;
  /** What it is, such as `Date` or `bigint`. Never the value. */
  readonly type: string;
}

export type PlainDataResult =
  | { readonly ok: true; readonly data: PlainData }
  | { readonly ok: false; readonly problem: NotPlain };

/** A copy of the value, ready to be sent. */
export function toPlainData(value: unknown): PlainDataResult {
  const undefinedAt: DataPath[] = [];
  try {
    const json = copy(value, [], { undefinedAt, around: new Set() });
    return { ok: true, data: undefinedAt.length === 0 ? { json } : { json, undefinedAt } };
  } catch (error) {
    if (!(error instanceof NotPlainError)) throw error;
    return { ok: false, problem: error.problem };
  }
}

/** The value again. Takes `data` over: it is not to be used after this. */
export function fromPlainData({ json, undefinedAt = [] }: PlainData): unknown {
  const root = { value: json };
  for (const path of undefinedAt) {
    let inside: object = root;
    let last: string | number = "value";
    for (const name of path) {
      inside = Object(Reflect.get(inside, last));
      last = name;
    }
    Reflect.set(inside, last, undefined);
  }
  return root.value;
}

class NotPlainError extends Error {
  readonly problem: NotPlain;

  constructor(path: DataPath, type: string) {
    super(type);
    this.problem = { path, type };
  }
}

interface Copying {
  readonly undefinedAt: DataPath[];
  /** The objects that the value is in. */
  readonly around: Set<object>;
}

function copy(value: unknown, path: DataPath, copying: Copying): unknown {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (Number.isFinite(value)) return value;
      throw new NotPlainError(path, String(value));
    case "undefined":
      copying.undefinedAt.push(path);
      return null;
    case "object":
      return value === null ? null : copyObject(value, path, copying);
    case "bigint":
    case "symbol":
    case "function":
      throw new NotPlainError(path, typeof value);
  }
}

function copyObject(value: object, path: DataPath, copying: Copying): unknown {
  const { around } = copying;
  if (around.has(value)) throw new NotPlainError(path, "circle");
  around.add(value);
  const copied = Array.isArray(value)
    ? Array.from(value, (item, index) => copy(item, [...path, index], copying))
    : copyMembers(value, path, copying);
  around.delete(value);
  return copied;
}

function copyMembers(value: object, path: DataPath, copying: Copying): unknown {
  if (!isPlainObject(value)) throw new NotPlainError(path, nameOfClass(value));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, copy(member, [...path, name], copying)]),
  );
}

/** Of any realm: a workflow's sandbox has an `Object` of its own. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (typeof prototype !== "object" || prototype === null) return prototype === null;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

function nameOfClass(value: object): string {
  const { constructor } = value;
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "object";
}

/** Such as `input.since` or `lines[2].amount`. */
export function describePath(path: DataPath): string {
  return path
    .map((name, index) => {
      if (typeof name === "number") return `[${name}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join("");
}
