/** Commands that destroy what nobody can bring back, or run what nobody has read. As data: each with why it is here. */

import type { FoundCode } from "./find-commands.ts";

const SPACE = String.raw`[ \t]{1,8}`;
const OPTIONS = String.raw`(?:-{1,2}[\w=-]{1,40}${SPACE}){0,6}`;
const REST = String.raw`[^\n|;&]{0,400}`;
/** What holds everything: the root, all in it, the home of somebody. */
const EVERYTHING = String.raw`["']?(?:/(?:\*|(?:bin|boot|dev|etc|home|lib|opt|root|sbin|srv|sys|usr|var)\b/?\*?)?|~/?\*?|\$\{?HOME\}?/?\*?|\*|\.\*?)["']?(?=[\s"'\x60;&|)]|$)`;
const SHELLS = String.raw`(?:sudo${SPACE}(?:-\w{1,4}${SPACE})?)?(?:ba|z|da|k|fi)?sh\b|(?:sudo${SPACE})?(?:python3?|perl|ruby|node)\b`;

interface Danger {
  /** A text without any of these words holds none. Lower case. */
  readonly words: readonly string[];
  /** Its first group, if it has one, is what stands before: looked back for only where the end is there. */
  readonly pattern: RegExp;
  /** With this in it, it is none. */
  readonly unless?: RegExp;
}

const DANGERS: readonly Danger[] = [
  // Deletes everything.
  {
    words: ["rm "],
    pattern: new RegExp(
      String.raw`\brm${SPACE}(?=[^\n]{0,80}-[a-z-]{0,20}[rR])${OPTIONS}${EVERYTHING}`,
      "g",
    ),
  },
  { words: ["--no-preserve-root"], pattern: /--no-preserve-root\b/g },
  {
    words: ["find /", "find ~"],
    pattern: new RegExp(
      String.raw`-delete\b(?<=(\bfind${SPACE}(?:/|~/?)${SPACE}${REST})-delete)`,
      "g",
    ),
  },
  // Runs what comes from elsewhere, unread.
  {
    words: ["curl", "wget", "fetch "],
    pattern: new RegExp(
      String.raw`\|(?<=(\b(?:curl|wget|fetch)[ \t]${REST})\|)[ \t]{0,8}(?:${SHELLS})`,
      "g",
    ),
  },
  {
    words: ["<(curl", "<(wget", "< <(", "<( "],
    pattern: new RegExp(String.raw`\b(?:ba|z|da|k)?sh${SPACE}<\(\s{0,4}(?:curl|wget)\b`, "g"),
  },
  {
    words: ["$(curl", "$(wget", "\x60curl", "\x60wget"],
    pattern:
      /(?:\b(?:ba|z|da|k)?sh[ \t]{1,8}-c|\beval)[ \t]{1,8}["']?(?:\$\(|\x60)[ \t]{0,4}(?:curl|wget)\b/g,
  },
  {
    words: ["iex", "invoke-expression"],
    pattern:
      /\b(?:iex|invoke-expression)\b[^\n]{0,80}\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)\b|\b(?:iwr|irm|invoke-webrequest|downloadstring)\b[^\n|]{0,200}\|[ \t]{0,8}(?:iex|invoke-expression)\b/gi,
  },
  {
    words: ["base64"],
    pattern: new RegExp(
      String.raw`\|(?<=(\bbase64${SPACE}(?:-d|-D|--decode)\b${REST})\|)[ \t]{0,8}(?:${SHELLS})`,
      "g",
    ),
  },
  // Overwrites disks.
  {
    words: ["dd "],
    pattern: /\bof=\/dev\/(?<=(\bdd[ \t][^\n]{0,200})of=\/dev\/)(?:sd|hd|nvme|vd|xvd|disk|mmcblk)/g,
  },
  { words: ["mkfs"], pattern: /\bmkfs(?:\.\w{1,10})?[ \t][^\n]{0,100}\/dev\//g },
  { words: ["/dev/"], pattern: />[ \t]{0,4}\/dev\/(?:sd|hd|nvme|vd|xvd|disk|mmcblk)/g },
  { words: ["format "], pattern: /\bformat[ \t]{1,8}[a-z]:/gi },
  // Takes the machine down.
  {
    words: [":(){", ":()", "(){"],
    pattern:
      /:\(\)[ \t]{0,4}\{[ \t]{0,4}:[ \t]{0,4}\|[ \t]{0,4}:[ \t]{0,4}&[ \t]{0,4}\}[ \t]{0,4};[ \t]{0,4}:/g,
  },
  {
    words: ["chmod", "chown"],
    pattern: new RegExp(
      String.raw`\bch(?:mod|own)${SPACE}(?=[^\n]{0,40}-\w{0,8}R|[^\n]{0,40}--recursive)(?:[^\s]{1,40}${SPACE}){1,4}/(?=[\s"'\x60;&|)]|$)`,
      "g",
    ),
  },
  // Windows.
  {
    words: ["remove-item"],
    pattern: /\bremove-item\b(?=[^\n]{0,200}-recurse)[^\n]{0,200}\b[a-z]:\\(?=[\s"'*]|$)/gi,
  },
  {
    words: ["del ", "rd ", "rmdir "],
    pattern:
      /\b(?:del|rd|rmdir|erase)[ \t]{1,8}(?:\/[a-z][ \t]{1,8}){1,5}["']?[a-z]:\\(?=[\s"'*]|$)/gi,
  },
  // SQL without a way back.
  {
    words: ["drop"],
    pattern:
      /\bdrop\s{1,8}(?:table|database|schema)\s{1,8}(?:if\s{1,8}exists\s{1,8})?["\x60[]?\w[\w."\x60\]]{0,80}(?=\s{0,8}(?:;|$|cascade\b|["'\x60)]))/gim,
  },
  {
    words: ["truncate"],
    pattern:
      /\btruncate\s{1,8}table\s{1,8}["\x60[]?\w[\w."\x60\]]{0,80}(?=\s{0,8}(?:;|$|cascade\b|["'\x60)]))/gim,
  },
  {
    words: ["delete"],
    pattern:
      /\bdelete\s{1,8}from\s{1,8}["\x60[]?\w[\w."\x60\]]{0,80}\s{0,8}(?:;|(?<=\s|\w)$(?![\s\S]))/gi,
  },
  {
    words: ["update"],
    pattern:
      /;(?<=(\bupdate\s{1,8}["\x60[]?\w[\w."\x60\]]{0,80}\s{1,8}set\s{1,8}["\x60[]?\w[\w."\x60\]]{0,60}\s{0,8}=[^;]{1,400});)/gi,
    unless: /\bwhere\b/i,
  },
];

/** All of them, wherever they stand. */
export function findDangers(text: string): readonly FoundCode[] {
  const lower = text.toLowerCase();
  return DANGERS.filter(({ words }) => words.some((word) => lower.includes(word))).flatMap(
    (danger) => findSome(text, danger),
  );
}

const MOST = 50;

function findSome(text: string, { pattern, unless }: Danger): readonly FoundCode[] {
  const found: FoundCode[] = [];
  for (const { 0: whole, 1: before = "", index } of text.matchAll(pattern)) {
    if (unless?.test(before)) continue;
    found.push({ start: index - before.length, end: index + whole.length });
    if (found.length >= MOST) break;
  }
  return found;
}
