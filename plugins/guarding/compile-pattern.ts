/** Compiles a pattern of the user's, on RE2: linear in the text, whatever is written. */

import { RE2JS } from "re2js";
import { PluginError } from "../contract.ts";

export interface PatternToCompile {
  /** The id of the guardrail, for errors. */
  readonly guardrail: string;
  /** What the pattern goes by, for errors. */
  readonly name: string;
  readonly pattern: string;
  /** Of `i`, `m` and `s`, what is set. */
  readonly flags?: string;
}

const FLAGS: ReadonlyMap<string, number> = new Map([
  ["i", RE2JS.CASE_INSENSITIVE],
  ["m", RE2JS.MULTILINE],
  ["s", RE2JS.DOTALL],
]);

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS, naming the pattern. */
export function compilePattern({ guardrail, name, pattern, flags = "" }: PatternToCompile): RE2JS {
  const unknown = Array.from(flags).find((flag) => !FLAGS.has(flag));
  if (unknown !== undefined) {
    throw new PluginError(
      "PLUGIN_INVALID_OPTIONS",
      `Guardrail "${guardrail}": the pattern "${name}" has the flag "${unknown}". Use some of ${[...FLAGS.keys()].join(", ")}.`,
    );
  }
  try {
    return RE2JS.compile(
      pattern,
      Array.from(flags).reduce((sum, flag) => sum | (FLAGS.get(flag) ?? 0), 0),
    );
  } catch (cause) {
    const why = cause instanceof Error ? `: ${cause.message}` : "";
    throw new PluginError(
      "PLUGIN_INVALID_OPTIONS",
      `Guardrail "${guardrail}": the pattern "${name}" does not compile${why}. Write it in RE2's syntax: no look-around, no back-references.`,
      { cause },
    );
  }
}
