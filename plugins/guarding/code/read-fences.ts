/** Tells the code in a Markdown text from the text around it. */

import { ownUnitsOf } from "../units.ts";

/** Code between two fences. */
export interface Fence {
  /** The first word after the opening fence, in lower case; `""`: none. */
  readonly language: string;
  readonly body: string;
  /** From the opening fence to the end of the closing one. */
  readonly start: number;
  readonly end: number;
  readonly isClosed: boolean;
}

export interface MarkdownText {
  readonly fences: readonly Fence[];
  /** The text with spaces in the place of fences: places stay the same. */
  readonly prose: string;
  /** Where `inline code` stands in it. */
  readonly inline: readonly { readonly start: number; readonly end: number }[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})([^\r\n]*)\r?$/;
/** On one line: longer than this no code between backticks is. */
const INLINE = /(?<!`)(`{1,2})(?!`)[^`\n]{1,400}\1(?!`)/g;

/** Fences as CommonMark has them, also inside of list items and quotes. */
export function readMarkdown(text: string): MarkdownText {
  const fences: Fence[] = [];
  let open: { mark: string; language: string; start: number; bodyStart: number } | undefined;
  let at = 0;
  for (const line of text.split("\n")) {
    const next = at + line.length + 1;
    const { mark, info } = MAY_BE_FENCE.test(line) ? readFence(line) : NO_FENCE;
    if (open === undefined) {
      // Backticks after backticks are inline code.
      const opens = mark !== "" && !(mark.startsWith("`") && info.includes("`"));
      if (opens) open = { mark, language: languageOf(info), start: at, bodyStart: next };
    } else if (mark.startsWith(open.mark) && info.trim() === "") {
      const { language, start, bodyStart } = open;
      fences.push({
        language,
        body: text.slice(bodyStart, Math.max(bodyStart, at - 1)),
        start,
        end: at + line.length,
        isClosed: true,
      });
      open = undefined;
    }
    at = next;
  }
  if (open !== undefined) {
    const { language, start, bodyStart } = open;
    fences.push({
      language,
      body: text.slice(bodyStart),
      start,
      end: text.length,
      isClosed: false,
    });
  }
  const prose = proseOf(text, fences);
  const inline = Array.from(prose.matchAll(INLINE), ({ index, 0: { length } }) => ({
    start: index,
    end: index + length,
  }));
  return { fences, prose, inline };
}

/** The mark and what is behind it. A fence may stand in an item of a list, or in a quote. */
function readFence(line: string): FenceLine {
  const { 1: mark = "", 2: info = "" } =
    FENCE.exec(line) ?? FENCE.exec(line.replace(INDENT, "").replace(ITEM, "")) ?? [];
  return { mark, info };
}

interface FenceLine {
  readonly mark: string;
  readonly info: string;
}

/** Of most lines. */
const NO_FENCE: FenceLine = { mark: "", info: "" };

const MAY_BE_FENCE = /```|~~~/;
const INDENT = /^[ \t>]{0,20}(?=[`~])/;
const ITEM = /^(?:[-*+]|\d{1,3}[.)]) {1,4}(?=[`~])/;

function languageOf(info: string): string {
  const [, word = ""] = /^\s*\{?\.?([^\s{},:]{0,30})/.exec(info) ?? [];
  return word.toLowerCase();
}

function proseOf(text: string, fences: readonly Fence[]): string {
  if (fences.length === 0) return text;
  const units = ownUnitsOf(text);
  for (const { start, end } of fences) {
    for (let at = start; at < end; at += 1) if (units[at] !== LINE_FEED) units[at] = SPACE;
  }
  return Buffer.from(units.buffer).toString("utf16le");
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
