/** Compiles the patterns that users write. They run on RE2's semantics: linear in the text, whatever is written. */

import type { RE2JS } from "re2js";
import { PluginError } from "../contract.ts";
import { FINDING_KIND } from "../guardrail-contract.ts";
import { compilePattern } from "./compile-pattern.ts";
import type { Span } from "./overlap.ts";

/** A pattern and the kind of what it finds. */
export interface OwnPattern {
  readonly kind: string;
  /** Where it matches. An empty match is none. */
  readonly find: (text: string) => readonly Span[];
}

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
    if (!FINDING_KIND.test(kind)) {
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
  const compiled = compilePattern({ guardrail, name: kind, pattern });
  if (!compiled.matches("")) return compiled;
  throw invalid(
    guardrail,
    kind,
    "matches an empty text, so it says nothing. Make it match something.",
  );
}

function invalid(guardrail: string, kind: string, problem: string): PluginError {
  return new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `Guardrail "${guardrail}": the pattern "${kind}" ${problem}`,
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
