/** The contract of a guardrail that checks by itself, as a list of checks: run against every one here, and against yours. */

import { deepEqual, match, ok } from "node:assert/strict";
import type { CheckGuardrail, Finding, GuardContent, GuardContext } from "../plugins/contract.ts";
import { inputContent, outputContent } from "./guard-content.ts";

export interface GuardrailContractOptions {
  /** Makes a fresh guardrail for each check. */
  readonly guardrail: () => CheckGuardrail;
  /** Texts, or contents, in which it has to find something. At least one. */
  readonly finds: readonly (string | GuardContent)[];
  /** Texts, or contents, that pass. At least one. */
  readonly passes: readonly (string | GuardContent)[];
  /** Whether plain texts are given as a message or as a reply. Default: `"input"`. */
  readonly direction?: GuardContent["direction"];
  /** What a reply answers, for guardrails that compare the two. Default: an empty message. */
  readonly conversation?: GuardContent;
  /** Texts of about 1 MiB, made to be slow for this guardrail. Default: none beside the usual ones. */
  readonly slowTexts?: readonly string[];
}

/** One thing that the contract promises. `run` rejects with an `AssertionError` of node:assert. */
export interface GuardrailCheck {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const MEBIBYTE = 2 ** 20;

/** Texts that are no text: a guardrail may find something in them, and must not break. */
const ODD_TEXTS: Readonly<Record<string, string>> = {
  "an empty text": "",
  "half a pair of surrogates": `a\ud800b\udc00`,
  "controls and zeros": "\0\u0001\u001b[31m\u007f\ufffe",
  "binary in base64": Buffer.from(
    Uint8Array.from({ length: 4096 }, (_, at) => (at * 31) % 256),
  ).toString("base64"),
  "brackets, ten thousand deep": "[".repeat(10_000),
  "10 MiB": "The quick brown fox jumps over the lazy dog. ".repeat(Math.ceil((10 * MEBIBYTE) / 45)),
};

/** What slow patterns stumble over, repeated to 1 MiB each. Also measured by the benchmark. */
export const SLOW_UNITS: readonly string[] = [
  "a",
  " ",
  "0",
  "1 ",
  "@",
  "a@",
  "a.",
  ".",
  "-",
  "%41",
  "&#64;",
  "\u200b",
  "４",
  "=",
  "AKIA",
  "http://",
  "](",
  "\n",
  "aA1",
  '="',
  "'",
  "/*",
  "eyJ",
  "0x",
  "x:",
  "<|",
  "!",
  "ѕ",
];

/** How long 1 MiB may take. The figure for an idle machine is 300; a test must not fail because another runs beside it. */
const LONGEST_MS = 3_000;

/** `unit` again and again, 1 MiB or a little more: for `slowTexts`. */
export function mebibyteOf(unit: string): string {
  return unit.repeat(Math.ceil(MEBIBYTE / unit.length));
}

/** The checks that a guardrail has to pass. */
export function guardrailContract(options: GuardrailContractOptions): readonly GuardrailCheck[] {
  const { slowTexts = [] } = options;
  const units = SLOW_UNITS.map(mebibyteOf);
  return [
    {
      name: "has an id in lower-case kebab-case or camelCase",
      run: async () => match(options.guardrail().id, /^[a-z][a-zA-Z0-9-]*$/),
    },
    ...options.finds.map((text, index) => ({
      name: `finds what is there (${index + 1})`,
      run: () => finds(text, options),
    })),
    ...options.passes.map((text, index) => ({
      name: `lets pass what is well (${index + 1})`,
      run: () => passes(text, options),
    })),
    { name: "finds the same again", run: () => findsTheSame(options) },
    { name: "changes nothing that it is given", run: () => changesNothing(options) },
    ...Object.entries(ODD_TEXTS).map(([name, text]) => ({
      name: `bears ${name}`,
      run: () => bears(text, options),
    })),
    ...[...units, ...slowTexts].map((text, index) => ({
      name: `is done with 1 MiB in time (${index + 1}: ${JSON.stringify(text.slice(0, 8))}…)`,
      run: () => isQuick(text, options),
    })),
  ];
}

function contentOf(
  text: string | GuardContent,
  { direction = "input" }: GuardrailContractOptions,
): GuardContent {
  if (typeof text !== "string") return text;
  return direction === "input" ? inputContent(text) : outputContent(text);
}

async function look(
  text: string | GuardContent,
  options: GuardrailContractOptions,
): Promise<readonly Finding[]> {
  const content = contentOf(text, options);
  const findings = await options.guardrail().check(content, contextOf(content, options));
  for (const finding of findings) checkFinding(finding, content);
  return findings;
}

function contextOf(
  { direction }: GuardContent,
  { conversation = inputContent("") }: GuardrailContractOptions,
): GuardContext {
  return {
    step: "draft",
    model: "test/model",
    signal: new AbortController().signal,
    ...(direction === "output" && { conversation }),
  };
}

function checkFinding({ kind, start, end }: Finding, { text }: GuardContent): void {
  match(
    kind,
    /^[a-z0-9]+(-[a-z0-9]+)*$/,
    "The kind of a finding is lower-case words with hyphens.",
  );
  if (start === undefined && end === undefined) return;
  ok(
    start !== undefined && end !== undefined,
    "A finding has both a start and an end, or neither.",
  );
  ok(start >= 0 && start < end && end <= text.length, "A finding lies inside the text.");
}

async function finds(
  text: string | GuardContent,
  options: GuardrailContractOptions,
): Promise<void> {
  const findings = await look(text, options);
  ok(findings.length > 0, "It finds nothing.");
}

async function passes(
  text: string | GuardContent,
  options: GuardrailContractOptions,
): Promise<void> {
  const findings = await look(text, options);
  deepEqual(
    findings.map(({ kind }) => kind),
    [],
  );
}

async function findsTheSame(options: GuardrailContractOptions): Promise<void> {
  for (const text of options.finds) deepEqual(await look(text, options), await look(text, options));
}

/** Contents are frozen: a guardrail that changes one throws. */
async function changesNothing(options: GuardrailContractOptions): Promise<void> {
  for (const text of [...options.finds, ...options.passes]) {
    const content = contentOf(text, options);
    const before = JSON.stringify(content);
    await look(content, options);
    deepEqual(JSON.stringify(content), before);
  }
}

async function bears(text: string, options: GuardrailContractOptions): Promise<void> {
  ok(Array.isArray(await look(text, options)));
}

async function isQuick(text: string, options: GuardrailContractOptions): Promise<void> {
  const content = contentOf(text, options);
  const context = contextOf(content, options);
  const guardrail = options.guardrail();
  const startedAt = performance.now();
  await guardrail.check(content, context);
  const took = performance.now() - startedAt;
  ok(took < LONGEST_MS, `1 MiB took ${Math.round(took)} ms.`);
}
