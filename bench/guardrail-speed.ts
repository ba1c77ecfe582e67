/** How long each built-in guardrail takes over ordinary text, over texts made to be slow, and how long all of them take together. */

import { z } from "zod";
import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { CheckGuardrail, GuardContent } from "../plugins/contract.ts";
import { allowlist } from "../plugins/guardrails/allowlist.ts";
import { canary } from "../plugins/guardrails/canary.ts";
import { code } from "../plugins/guardrails/code.ts";
import { grounded } from "../plugins/guardrails/grounded.ts";
import { language } from "../plugins/guardrails/language.ts";
import { length } from "../plugins/guardrails/length.ts";
import { schema } from "../plugins/guardrails/schema.ts";
import { strict } from "../plugins/guardrails/strict.ts";
import { links } from "../plugins/guardrails/links.ts";
import { secrets } from "../plugins/guardrails/secrets.ts";
import { denylist } from "../plugins/guardrails/denylist.ts";
import { pii } from "../plugins/guardrails/pii.ts";
import { promptInjection } from "../plugins/guardrails/prompt-injection.ts";
import { regex } from "../plugins/guardrails/regex.ts";
import { inputContent, outputContent } from "../testing/guard-content.ts";
import { mebibyteOf, SLOW_UNITS } from "../testing/guardrail-contract.ts";
import { summarise } from "./measure.ts";
import { ALLOWED_PATTERNS, OWN_PATTERNS } from "./own-rules.ts";
import type { Result } from "./result.ts";
import { SLOW_FOR_CODE, SLOW_FOR_PROMPT_INJECTION } from "./slow-units.ts";

interface MeasuredGuardrail {
  readonly name: string;
  readonly make: () => CheckGuardrail;
  /** What it mostly looks at. Default: `"input"`. */
  readonly direction?: GuardContent["direction"];
  /** Repeated up to 1 MiB each, they hurt this one's patterns, beside the usual ones. */
  readonly slowUnits?: readonly string[];
}

/** As many as a list of a company has. */
const MANY_TERMS = Array.from({ length: 5_000 }, (_, at) => `term number ${at * 7919}`);

/** One line for each guardrail. */
const GUARDRAILS: readonly MeasuredGuardrail[] = [
  {
    name: "code",
    make: code,
    direction: "output",
    slowUnits: SLOW_FOR_CODE,
  },
  {
    name: "grounded",
    make: grounded,
    direction: "output",
    slowUnits: ["[1] ", "[1-9999] ", "[a", '"a b c d e" ', "“a ", "1,000 ", "It is 5 [1]. "],
  },
  {
    name: "language",
    make: () => language({ allow: ["en"] }),
    direction: "output",
    slowUnits: ["das Haus ", "è ", "'a ", "x=1;", "漢", "a_b "],
  },
  {
    name: "length (characters and sentences)",
    make: () => length({ maxCharacters: 20_000, maxSentences: 1_000 }),
    direction: "output",
    slowUnits: ["e\u0301", "Mr. ", "a. ", "1. "],
  },
  {
    name: "length (tokens)",
    make: () => length({ maxTokens: 4_000, model: "openai/gpt-5" }),
    direction: "output",
    slowUnits: ["das Haus ", "xqz"],
  },
  {
    name: "schema",
    make: () => schema({ schema: z.string() }),
    direction: "output",
    slowUnits: ['{"a":', "```json\n"],
  },
  {
    name: "promptInjection",
    make: promptInjection,
    slowUnits: SLOW_FOR_PROMPT_INJECTION,
  },
  {
    name: "denylist",
    make: () => denylist({ terms: MANY_TERMS }),
    slowUnits: ["term number 1", "t.e.r.m ", "t3rm "],
  },
  {
    name: "allowlist",
    make: () => allowlist({ values: MANY_TERMS, patterns: ALLOWED_PATTERNS }),
    direction: "output",
    slowUnits: ["ORD-1"],
  },
  {
    name: "regex",
    make: () => regex({ patterns: OWN_PATTERNS }),
    slowUnits: ["EMP-1234 ", "EMP-12345 ", "project falco ", ".corp.example.com "],
  },
  {
    name: "canary",
    make: () => canary({ words: ["heron-vault-7731"] }),
    direction: "output",
    slowUnits: ["heron-vault-773", "heron vault ", "you are the "],
  },
  {
    name: "links",
    make: () => links({ allow: ["example.com"] }),
    direction: "output",
    slowUnits: [
      "http://a.b ",
      "http://a?",
      "](//a",
      "href=",
      "mailto:",
      "a.com ",
      "data:text/html",
      "javascript:x",
    ],
  },
  {
    name: "secrets",
    make: () => secrets(),
    slowUnits: [
      "sk-",
      "ghp_a ",
      "://a:",
      "password=",
      "passtoken",
      "-----BEGIN PRIVATE KEY-----",
      "Q~",
      "eyJaaaaaaaa.",
      "curl -u ",
      "aws_secret_key=aB3dE5fG7hI9jK1l ",
    ],
  },
  {
    name: "pii",
    make: pii,
    slowUnits: [
      "030 1234567 ",
      "123-45-6789 ",
      "4111 1111 ",
      "a1",
      "1.",
      "1.1.1.1.",
      "::",
      "a:",
      "DE89",
      "12/03/1985 born ",

      "12 a a a a ",
      "via a 1 ",
      "rue a ",
      "a at b dot c ",
      "(at)",
      "x@x.",
      "A straße 1 ",
      "12 mar ",
      "ssn 1 ",
    ],
  },
];

const ORDINARY_CHARACTERS = 10_240;
/** A worker looks at more texts than that in its first minute. */
const WARM_UP = 5;
const ROUNDS = 15;
const ORDINARY_MS = 1;
const TOGETHER_MS = 5;
const SLOW_MS = 300;

/** Built, this lies in `dist/bench/`. */
const ROOT = new URL("../../", import.meta.url);

export async function measureGuardrailSpeed(): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const guardrail of GUARDRAILS) {
    results.push(await measureOrdinary(guardrail.name, [guardrail], ORDINARY_MS));
    results.push(await measureSlow(guardrail));
  }
  const preset = Object.entries(strict({ links: { allow: ["example.com"] } }));
  const together = preset.map(([name, guardrail]) => ({ name, make: () => guardrail }));
  results.push(await measureOrdinary("strict", together, TOGETHER_MS));
  return results;
}

/** Each text is new to the guardrails: nothing that was worked out for it before is counted out, the plain text included. */
async function measureOrdinary(
  name: string,
  measured: readonly MeasuredGuardrail[],
  targetMs: number,
): Promise<Result> {
  const guardrails = measured.map(({ make }) => make());
  const { direction = "input" } = measured.length === 1 ? (measured[0] ?? {}) : {};
  const texts = readTexts();
  const times: number[] = [];
  // The first rounds warm up: the engine compiles what runs often.
  for (const text of Array.from({ length: WARM_UP + ROUNDS }, () => texts).flat()) {
    const content = direction === "input" ? inputContent(text) : outputContent(text);
    times.push(await timeChecks(guardrails, content));
  }
  const timing = summarise(times.slice(WARM_UP * texts.length));
  return {
    name: `${name}: 10 KB of ordinary English text`,
    figures: { ...timing },
    target: `p50 under ${targetMs} ms`,
    ok: timing.medianMs < targetMs,
  };
}

/** The slowest of all texts, each at its best of three: what else the machine does is not the guardrail's. */
async function measureSlow({
  name,
  make,
  direction = "input",
  slowUnits = [],
}: MeasuredGuardrail): Promise<Result> {
  const guardrails = [make()];
  let slowestMs = 0;
  let slowest = "";
  for (const unit of [...SLOW_UNITS, ...slowUnits]) {
    const text = mebibyteOf(unit);
    const times: number[] = [];
    for (let round = 0; round < 3; round++) {
      const content = direction === "input" ? inputContent(text) : outputContent(text);
      times.push(await timeChecks(guardrails, content));
    }
    const tookMs = Math.min(...times);
    if (tookMs < slowestMs) continue;
    slowestMs = tookMs;
    slowest = unit.slice(0, 20);
  }
  return {
    name: `${name}: 1 MiB made to be slow, the slowest of them: ${JSON.stringify(slowest)}`,
    figures: { slowestMs: Math.round(slowestMs), texts: SLOW_UNITS.length + slowUnits.length },
    target: `under ${SLOW_MS} ms`,
    ok: slowestMs < SLOW_MS,
  };
}

async function timeChecks(
  guardrails: readonly CheckGuardrail[],
  content: GuardContent,
): Promise<number> {
  const { signal } = new AbortController();
  const conversation = inputContent("");
  const context = {
    step: "draft",
    model: "test/model",
    signal,
    ...(content.direction === "output" && { conversation }),
  };
  const startedAt = performance.now();
  for (const guardrail of guardrails) await guardrail.check(content, context);
  return performance.now() - startedAt;
}

/** The prose of the project's own docs, without code and tables. */
function readTexts(): readonly string[] {
  const prose = ["docs/", "docs/guide/", "docs/reference/", "docs/decisions/"]
    .flatMap(readFolder)
    .join("\n");
  const count = Math.floor(prose.length / ORDINARY_CHARACTERS);
  return Array.from({ length: count }, (_, at) =>
    prose.slice(at * ORDINARY_CHARACTERS, (at + 1) * ORDINARY_CHARACTERS),
  );
}

function readFolder(folder: string): readonly string[] {
  const url = new URL(folder, ROOT);
  const names = readdirSync(url).filter((name) => name.endsWith(".md"));
  return names.map((name) =>
    readFileSync(new URL(name, url), "utf8")
      .replaceAll(/^```.*?^```$/gms, "")
      .replaceAll(/^\|.*$/gm, ""),
  );
}
