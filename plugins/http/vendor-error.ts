/** Finds what an error of a provider says of itself, in any of the forms that vendors write errors in. */

/** What is read of an error. */
export interface VendorError {
  /** Every code, type and status in it, as {@link normalizeCode} writes them. */
  readonly codes: readonly string[];
  /** A code that is a number, such as OpenRouter's: an HTTP status. */
  readonly status?: number;
  /** In the vendor's words. May quote a key or a prompt: for matching, never for showing. */
  readonly message: string;
  /** Headers that came inside of the body. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long to wait, as Google writes it: `"34s"`. */
  readonly retryDelay?: string;
}

/** Makes one word of the ways to write a code: `not_found_error`, `NotFoundError` and `NOT_FOUND_ERROR`. */
export function normalizeCode(code: string): string {
  return code.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Reads the error in a parsed body of an answer that failed, whatever its form. Null: there is none. */
export function readVendorError(body: unknown): VendorError | undefined {
  // Google's stream endpoint answers with a list of one.
  const root = Array.isArray(body) ? body[0] : body;
  if (typeof root === "string") return { codes: [], message: root, headers: {} };
  if (!isRecord(root)) return undefined;
  const error = errorOf(root);
  return typeof error === "string" ? describe([root], error) : describe([error, root], undefined);
}

/** The error in the body of a success. Undefined: it holds none. */
export function findErrorMember(body: unknown): unknown {
  const root: unknown = Array.isArray(body) ? body[0] : body;
  if (!isRecord(root)) return undefined;
  const { error } = root;
  if (isRecord(error) || (typeof error === "string" && error !== "")) return root;
  if (root["type"] === "error" || root["object"] === "error") return root;
  return undefined;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses JSON. Undefined: it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, so it is not kept.
    return undefined;
  }
}

function errorOf(
  root: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | string {
  const { error } = root;
  return isRecord(error) || typeof error === "string" ? error : root;
}

/** Where vendors put what kind of error it is. */
const CODE_MEMBERS = [
  "code",
  "type",
  "status",
  "__type",
  "reason",
  "error_type",
  "name",
  "error_code",
];
const MESSAGE_MEMBERS = ["message", "Message", "detail", "error_description", "msg"];

function describe(
  levels: readonly Readonly<Record<string, unknown>>[],
  text: string | undefined,
): VendorError {
  const nested = levels.flatMap(nestedOf);
  const all = [...levels, ...nested];
  const values = all.flatMap((level) => CODE_MEMBERS.map((name) => level[name]));
  const messages = all.flatMap((level) => MESSAGE_MEMBERS.map((name) => level[name]));
  const words = messages.filter((message) => typeof message === "string");
  return {
    codes: values.filter((value) => typeof value === "string").map(shortCode),
    status: values.map(readStatus).find((status) => status !== undefined),
    message: [text, ...words].filter((part) => part !== undefined).join("\n"),
    headers: readHeaders(nested),
    retryDelay: nested
      .map(({ retryDelay }) => retryDelay)
      .find((delay) => typeof delay === "string"),
  };
}

/** OpenRouter's `metadata`, Azure's `innererror`, Google's and FastAPI's lists of `details`. */
function nestedOf(level: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  const { metadata, innererror, details, detail } = level;
  return [metadata, innererror, details, detail].flat().filter(isRecord);
}

/** `com.amazon.coral.service#ThrottlingException` and `ThrottlingException:http://…` are codes as well. */
function shortCode(code: string): string {
  return normalizeCode(code.replace(/^.*#/, "").replace(/:.*$/s, ""));
}

function readStatus(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && status >= 400 && status < 600 ? status : undefined;
}

function readHeaders(nested: readonly Readonly<Record<string, unknown>>[]): Record<string, string> {
  const headers = nested.map((level) => level["headers"]).find(isRecord) ?? {};
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
