/** Finds the sources that a conversation gives a model: marked texts of messages, and results of tools. */

import type { GuardContent } from "../../guardrail-contract.ts";
import { foldWords } from "./fold-words.ts";
import { numbersIn } from "./numbers.ts";

/** A source by its name. */
export interface Source {
  readonly id: string;
  /** As it is compared: see {@link foldWords}. */
  readonly words: string;
  readonly numbers: ReadonlySet<number>;
}

export interface Sources {
  readonly byId: ReadonlyMap<string, Source>;
  /** All that was given, sources or not: what may be quoted without naming it. */
  readonly words: string;
  readonly numbers: ReadonlySet<number>;
}

/** `[1] text` or `[doc-2]: text`, at the beginning of a line. */
const MARKED_LINE = /^[ \t]{0,8}(?:[-*] )?(?:\[([^\]\n]{1,80})\]|【([^】\n]{1,80})】):?[ \t]/gm;
/** `<source id="doc-2">text</source>` and the like. */
const OPENING = /<(source|document|doc|passage|context|chunk|article|result)\b([^<>]{1,400})>/gi;
const ATTRIBUTE =
  /\b(?:id|name|title|index|ref|source|url)\s{0,4}=\s{0,4}(?:"([^"]{1,200})"|'([^']{1,200})')/gi;
/** Members of a tool's results that name one, and those that hold it. */
const NAMING = /^(.{0,1000})\.(?:id|name|title|source|url|ref|key|doc_?id)$/i;

/** @param given - By their names: from the options. */
export function readSources(
  conversation: GuardContent | undefined,
  given: Readonly<Record<string, string>>,
): Sources {
  const texts = new Map<string, string[]>();
  const add = (id: string, text: string): void => {
    const key = keyOf(id);
    if (key === "") return;
    pushTo(texts, key, text);
  };
  for (const [id, text] of Object.entries(given)) add(id, text);
  if (conversation !== undefined) addAll(conversation, add);
  const byId = new Map(
    [...texts].map(([id, list]) => {
      const text = list.join("\n");
      return [id, { id, words: foldWords(text), numbers: new Set(numbersIn(text)) }] as const;
    }),
  );
  const all = [...Object.values(given), conversation?.text ?? ""].join("\n");
  return { byId, words: foldWords(all), numbers: new Set(numbersIn(all)) };
}

/** Names are compared without capitals and spaces. */
export function keyOf(id: string): string {
  return id.normalize("NFKC").trim().toLowerCase().replaceAll(/\s+/g, " ");
}

function addAll(conversation: GuardContent, add: (id: string, text: string) => void): void {
  const { text, parts } = conversation;
  for (const { start, end, place } of parts) {
    if (place === "toolCall") continue;
    const part = text.slice(start, end);
    addMarkedLines(part, add);
    addElements(part, add);
  }
  addToolResults(conversation, add);
}

function addMarkedLines(text: string, add: (id: string, text: string) => void): void {
  const marks = [...text.matchAll(MARKED_LINE)];
  for (const [index, mark] of marks.entries()) {
    const end = marks[index + 1]?.index ?? text.length;
    add(mark[1] ?? mark[2] ?? "", text.slice(mark.index + mark[0].length, end));
  }
}

function addElements(text: string, add: (id: string, text: string) => void): void {
  const lower = text.toLowerCase();
  // A text with many elements that never end is read to its end for each of them but once.
  const unclosed = new Set<string>();
  for (const { 0: whole, 1: name = "", 2: attributes = "", index } of text.matchAll(OPENING)) {
    const closing = `</${name.toLowerCase()}>`;
    const from = index + whole.length;
    const found = unclosed.has(closing) ? -1 : lower.indexOf(closing, from);
    if (found === -1) unclosed.add(closing);
    const body = found === -1 ? "" : text.slice(from, found);
    for (const [, double, single] of attributes.matchAll(ATTRIBUTE)) {
      add(double ?? single ?? "", body);
    }
  }
}

/** An object of a tool's result that has an id or a title is a source of that name, with all that stands in it. */
function addToolResults(
  { text, parts }: GuardContent,
  add: (id: string, text: string) => void,
): void {
  const named = new Map<string, string[]>();
  const bodies = new Map<string, string[]>();
  for (const { place, path, start, end } of parts) {
    if (place !== "toolResult") continue;
    const part = text.slice(start, end);
    const parent = path.slice(0, Math.max(0, path.lastIndexOf(".")));
    pushTo(bodies, parent, part);
    const [, naming] = NAMING.exec(path) ?? [];
    // The name of the member has the same path as what it holds.
    if (naming !== undefined && !path.endsWith(`.${part}`)) {
      pushTo(named, naming, part);
    }
  }
  for (const [parent, ids] of named) {
    const body = (bodies.get(parent) ?? []).join("\n");
    for (const id of ids) if (id.length <= 200) add(id, body);
  }
}

function pushTo(lists: Map<string, string[]>, key: string, text: string): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [text]);
  else list.push(text);
}
