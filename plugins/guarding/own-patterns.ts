/** Compiles the patterns that users write. They run on RE2's semantics: linear in the text, whatever is written. */

import { RE2JS } from "re2js";
import { PluginError } from "../contract.ts";
import type { Span } from "./overlap.ts";

/** A pattern and the kind of what it finds. */
export interface OwnPattern {
  readonly kind: string;
  /** Where it matches. An empty match is none. */
  readonly find: (text: string) => readonly Span[];
}

const KIND = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * @param guardrail - Its id, for messages.
 * @param taken - Kinds that a pattern must not be called.
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS when a kind or a pattern cannot be used.
 */
export function compileOwnPatterns(
  guardrail: string,
  patterns: Readonly<Record<string, string>>,
  taken: ReadonlySet<string>,
): readonly OwnPattern[] {
  return Object.entries(patterns).map(([kind, pattern]) => {
    if (!KIND.test(kind)) {
      throw invalid(guardrail, kind, `is not a kind. Use lower-case words with hyphens.`);
    }
    if (taken.has(kind)) {
      throw invalid(guardrail, kind, `is the name of a built-in kind. Call it something else.`);
    }
    const compiled = compile(guardrail, kind, pattern);
    return { kind, find: (text) => findAll(compiled, text) };
  });
}

function compile(guardrail: string, kind: string, pattern: string): RE2JS {
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(pattern);
  } catch (cause) {
    throw invalid(
      guardrail,
      kind,
      `does not compile: ${describe(cause)} Write it in RE2's syntax.`,
      cause,
    );
  }
  if (compiled.matches("")) {
    throw invalid(
      guardrail,
      kind,
      "matches an empty text, so it says nothing. Make it match something.",
    );
  }
  return compiled;
}

function describe(cause: unknown): string {
  return cause instanceof Error ? `${cause.message}.` : "";
}

function invalid(guardrail: string, kind: string, problem: string, cause?: unknown): PluginError {
  return new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `Guardrail "${guardrail}": the pattern "${kind}" ${problem}`,
    { cause },
  );
}

function findAll(pattern: RE2JS, text: string): readonly Span[] {
  const found: Span[] = [];
  const matcher = pattern.matcher(text);
  while (matcher.find()) {
    if (matcher.end() > matcher.start()) found.push({ start: matcher.start(), end: matcher.end() });
  }
  return found;
}
