/** Tells whether code can be parsed. Nothing of it is ever run. */

import { Script } from "node:vm";
import { areBracketsBalanced } from "./balance-brackets.ts";

/** Whose names are read how. What is in none of these lists is not looked at. */
const JSON_NAMES = ["json"];
const JSON_LINES_NAMES = ["jsonl", "ndjson"];
const JAVASCRIPT_NAMES = ["js", "javascript", "mjs", "cjs", "node"];
/** Larger programs are compared by their brackets alone. */
const LONGEST_SCRIPT = 200_000;

/** Whether `body` can be code of that language, as far as that can be told. */
export function isParseable(body: string, language: string): boolean {
  if (JSON_NAMES.includes(language)) return isJson(body);
  if (JSON_LINES_NAMES.includes(language)) {
    return body.split("\n").every((line) => line.trim() === "" || isJson(line));
  }
  if (JAVASCRIPT_NAMES.includes(language) && body.length <= LONGEST_SCRIPT) {
    return isJavaScript(body);
  }
  return areBracketsBalanced(body, language);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A whole program, the body of a function, a module, or one expression: answers show all of these. */
function isJavaScript(body: string): boolean {
  const script = withoutModuleSyntax(body);
  return [script, `(async () => {\n${script}\n})`, `(\n${body}\n)`].some(compiles);
}

function compiles(source: string): boolean {
  try {
    // Compiled, never run.
    return new Script(source, { filename: "reply" }) instanceof Script;
  } catch {
    // Its message quotes the line.
    return false;
  }
}

const NAMED = String.raw`\{[^{}]{0,2000}\}`;
const IMPORT = new RegExp(
  String.raw`^[ \t]*import\b(?:\s*(?:type\s+)?(?:[\w$]{1,100}|${NAMED}|\*\s*as\s+[\w$]{1,100}|[\w$]{1,100}\s*,\s*(?:${NAMED}|\*\s*as\s+[\w$]{1,100}))\s*from\b)?\s*(?:'[^'\n]{0,500}'|"[^"\n]{0,500}")(?:\s*with\s*\{[^{}\n]{0,200}\})?[ \t]*;?`,
  "gm",
);
const EXPORT_LIST =
  /^[ \t]*export\s*(?:\{[^{}]{0,2000}\}|\*(?:\s*as\s+[\w$]{1,100})?)(?:\s*from\s*(?:'[^'\n]{0,500}'|"[^"\n]{0,500}"))?[ \t]*;?/gm;
const EXPORT_DEFAULT_DECLARATION =
  /^[ \t]*export\s+default\s+(?=(?:async\s+)?function\b\s*\*?\s*[\w$]|class\s+[\w$])/gm;
const EXPORT_DEFAULT = /^[ \t]*export\s+default\s+/gm;
const EXPORT = /^[ \t]*export\s+(?=(?:async|function|class|const|let|var)\b)/gm;

/** A script has no imports and exports; a module without them is a script. */
function withoutModuleSyntax(body: string): string {
  if (!/\b(?:import|export)\b/.test(body)) return body;
  return body
    .replaceAll(IMPORT, "")
    .replaceAll(EXPORT_LIST, "")
    .replaceAll(EXPORT_DEFAULT_DECLARATION, "")
    .replaceAll(EXPORT_DEFAULT, "exported = ")
    .replaceAll(EXPORT, "");
}
