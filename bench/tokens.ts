/** How long it takes to count 4,000 tokens of a text that the process has not seen before. */

import { readdirSync, readFileSync } from "node:fs";
import { countTokens } from "../plugins/tokens/tokens.ts";
import { summarise, time } from "./measure.ts";
import type { Result } from "./result.ts";

const TOKENS = 4_000;
const TARGET_MS = 5;

/** Built, this lies in `dist/bench/`. */
const ROOT = new URL("../../", import.meta.url);
const FOLDERS = [
  "docs/",
  "docs/guide/",
  "docs/reference/",
  "docs/decisions/",
  "graph/",
  "workflows/",
  "drawing/",
  "client/",
  "worker/",
  "api/",
  "testing/",
];

export function measureTokens(): readonly Result[] {
  const loadMs = Math.round(timeCount("x"));
  const texts = readTexts();
  // The first ones warm up, as `time` does: the engine compiles what runs often, and common words are known by then.
  const times = texts.map(timeCount).slice(10);
  const fresh = summarise(times);
  const estimated = time(() => countTokens(texts[0] ?? "", "claude"), 20);
  return [
    { name: "load a tokenizer, once per process", figures: { loadMs } },
    {
      name: `count ${TOKENS} tokens of a new text`,
      figures: { ...fresh },
      target: `under ${TARGET_MS} ms`,
      ok: fresh.medianMs < TARGET_MS,
    },
    { name: `estimate ${TOKENS} tokens`, figures: { ...estimated } },
  ];
}

function timeCount(text: string): number {
  const startedAt = performance.now();
  countTokens(text, "gpt-5");
  return performance.now() - startedAt;
}

/** Prose and code, the project's own, in texts of 4,000 tokens: not one of them is counted twice. */
function readTexts(): readonly string[] {
  const whole = FOLDERS.flatMap(readFolder).join("\n");
  // Counted as another model's, whose tokenizer keeps no words for this one's.
  const length = Math.round((TOKENS * whole.length) / countTokens(whole, "gpt-4").tokens);
  const count = Math.floor(whole.length / length);
  return Array.from({ length: count }, (_, at) => whole.slice(at * length, (at + 1) * length));
}

function readFolder(folder: string): readonly string[] {
  const url = new URL(folder, ROOT);
  const names = readdirSync(url).filter((name) => /\.(?:md|ts)$/.test(name));
  return names.map((name) => readFileSync(new URL(name, url), "utf8"));
}
