/** How long each built-in guardrail takes over ordinary text, over texts made to be slow, and how long all of them take together. */

import { readdirSync, readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import type { CheckGuardrail, GuardContent } from "../plugins/contract.ts";
import { pii } from "../plugins/guardrails/pii.ts";
import { canary } from "../plugins/guardrails/canary.ts";
import { links } from "../plugins/guardrails/links.ts";
import { secrets } from "../plugins/guardrails/secrets.ts";
import { inputContent, outputContent } from "../testing/guard-content.ts";
import { SLOW_UNITS } from "../testing/guardrail-contract.ts";
import { summarise } from "./measure.ts";
import type { Result } from "./result.ts";

interface MeasuredGuardrail {
  readonly name: string;
  readonly make: () => CheckGuardrail;
  /** What it mostly looks at. Default: `"input"`. */
  readonly direction?: GuardContent["direction"];
  /** Repeated up to 1 MiB each, they hurt this one's patterns, beside the usual ones. */
  readonly slowUnits?: readonly string[];
}

/** One line for each guardrail. */
const GUARDRAILS: readonly MeasuredGuardrail[] = [
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
];

const ORDINARY_CHARACTERS = 10_240;
/** A worker looks at more texts than that in its first minute. */
const WARM_UP = 5;
const ROUNDS = 15;
const ORDINARY_MS = 1;
const TOGETHER_MS = 5;
const MEBIBYTE = 2 ** 20;
const SLOW_MS = 300;

/** Built, this lies in `dist/bench/`. */
const ROOT = new URL("../../", import.meta.url);

export async function measureGuardrailSpeed(): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const guardrail of GUARDRAILS) {
    results.push(await measureOrdinary(guardrail.name, [guardrail], ORDINARY_MS));
    results.push(await measureSlow(guardrail));
  }
  if (GUARDRAILS.length > 1) {
    results.push(await measureOrdinary("all guardrails", GUARDRAILS, TOGETHER_MS));
  }
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
    const text = unit.repeat(Math.ceil(MEBIBYTE / unit.length));
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
