/** Finds keys and tokens by what their vendors let them begin with. One pass over the text finds the beginnings; a form looks only there. */

import type { FoundSecret } from "./found-secret.ts";
import { entropyOf, isStandIn } from "./randomness.ts";
import { MIDDLE_FORMS, TOKEN_FORMS, type MiddleForm, type TokenForm } from "./token-forms.ts";

interface CompiledForm extends Pick<TokenForm, "name" | "kind"> {
  readonly start: string;
  /** Sticky: looks where it is told to. */
  readonly pattern: RegExp;
}

let compiled:
  | { readonly starts: RegExp; readonly forms: ReadonlyMap<string, readonly CompiledForm[]> }
  | undefined;

/** All of them, in the order of the text. */
export function findTokens(text: string): readonly FoundSecret[] {
  compiled ??= compile();
  const found: FoundSecret[] = [];
  const { starts, forms } = compiled;
  starts.lastIndex = 0;
  for (let match = starts.exec(text); match !== null; match = starts.exec(text)) {
    const [start] = match;
    const at = match.index;
    starts.lastIndex = at + 1;
    if (!isWordStart(text, at)) continue;
    const secret = readAt(text, at, forms.get(start) ?? []);
    if (secret === undefined) continue;
    found.push(secret);
    starts.lastIndex = secret.end;
  }
  for (const form of MIDDLE_FORMS) found.push(...findByMiddle(text, form));
  return found;
}

/** Of beginnings of which one begins another, the longer is tried first; its forms are followed by the shorter one's. */
function compile(): NonNullable<typeof compiled> {
  const all = TOKEN_FORMS.flatMap(({ name, kind, starts, rest }) =>
    starts.map((start) => ({ name, kind, start, pattern: new RegExp(escape(start) + rest, "y") })),
  ).toSorted((one, other) => other.start.length - one.start.length);
  const forms = new Map(
    all.map(({ start }) => [start, all.filter((form) => start.startsWith(form.start))]),
  );
  return { starts: new RegExp([...forms.keys()].map(escape).join("|"), "g"), forms };
}

function escape(literal: string): string {
  return literal.replaceAll(".", String.raw`\.`);
}

const WORD_CHARACTER = /[\w-]/;

/** A line break that is written as `\n` ends a word as well. Scans from starts of words alone never cross: linear. */
function isWordStart(text: string, at: number): boolean {
  if (at === 0 || !WORD_CHARACTER.test(text.charAt(at - 1))) return true;
  return text.charAt(at - 2) === "\\" && "nrt".includes(text.charAt(at - 1));
}

function readAt(text: string, at: number, forms: readonly CompiledForm[]): FoundSecret | undefined {
  for (const form of forms) {
    const end = endOf(form, text, at);
    if (end !== undefined) return { kind: form.kind, name: form.name, start: at, end };
  }
  return readOverLines(text.slice(at, at + LONGEST), at, forms);
}

function endOf({ pattern, start }: CompiledForm, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  const [secret] = pattern.exec(text) ?? [];
  if (secret === undefined || !isSecret(secret.slice(start.length))) return undefined;
  return at + secret.length;
}

/** Below that, even 16 characters are no random ones. */
const LEAST_ENTROPY = 2.5;

function isSecret(rest: string): boolean {
  return entropyOf(rest.slice(0, 64)) >= LEAST_ENTROPY && !isStandIn(rest);
}

const BROKEN_OFF = /[\w.+/=~-]{4,300}\r?\n(?=[\w.+/=~-])/y;
const LONGEST = 600;

/** A token whose second half stands on the next line, or in the next message. `text` begins with it. */
function readOverLines(
  text: string,
  start: number,
  forms: readonly CompiledForm[],
): FoundSecret | undefined {
  if (!text.includes("\n")) return undefined;
  BROKEN_OFF.lastIndex = 0;
  const [first] = BROKEN_OFF.exec(text) ?? [];
  if (first === undefined) return undefined;
  const head = first.trimEnd();
  const joined = head + text.slice(first.length);
  for (const { kind, name, ...form } of forms) {
    const end = endOf({ kind, name, ...form }, joined, 0);
    if (end !== undefined && end > head.length) {
      return { kind, name, start, end: start + end + first.length - head.length };
    }
  }
  return undefined;
}

const middles = new Map<MiddleForm, RegExp>();

function findByMiddle(text: string, form: MiddleForm): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  const { middle, name, kind } = form;
  const pattern = middles.get(form) ?? new RegExp(form.pattern, "y");
  middles.set(form, pattern);
  let from = 0;
  for (let at = text.indexOf(middle); at !== -1; at = text.indexOf(middle, from)) {
    from = at + middle.length;
    const start = startBefore(text, at, form);
    if (start === undefined) continue;
    pattern.lastIndex = start;
    const [secret] = pattern.exec(text) ?? [];
    if (secret === undefined || !isSecret(secret)) continue;
    from = start + secret.length;
    found.push({ kind, name, start, end: from });
  }
  return found;
}

/** Forms of several lengths begin where their word does. */
function startBefore(
  text: string,
  at: number,
  { before: [most, least] }: MiddleForm,
): number | undefined {
  for (let start = Math.max(0, at - most); start <= at - least; start++) {
    if (isWordStart(text, start)) return start;
  }
  return undefined;
}
