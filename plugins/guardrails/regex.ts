/** The guardrail that finds what matches patterns of the user's. */

import type { CheckGuardrail, Finding } from "../guardrail-contract.ts";
import { compilePattern } from "../guarding/compile-pattern.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { FINDING_KIND } from "../guardrail-contract.ts";
import { normalisedContent } from "../guarding/normalised-content.ts";
import { withoutOverlaps } from "../guarding/overlap.ts";
import { requiredLiteral } from "../guarding/required-literal.ts";

/** One pattern. */
export interface RegexPattern {
  /** In RE2's syntax: no look-around, no back-references. */
  readonly pattern: string;
  /** Some of `i` (upper and lower case are the same), `m` (`^` and `$` at lines) and `s` (`.` takes in line breaks). Default: none. */
  readonly flags?: string;
  /** Default: `"medium"`. */
  readonly severity?: Finding["severity"];
}

/** What the guardrail `regex` is told. */
export interface RegexOptions extends GuardOptions {
  /** By the kind of what they find: lower-case words with hyphens. */
  readonly patterns: Readonly<Record<string, string | RegexPattern>>;
}

const ID = "regex";

interface Search {
  readonly kind: string;
  readonly severity: Finding["severity"];
  readonly find: (text: string, lower: () => string) => readonly Match[];
}

interface Match {
  readonly start: number;
  readonly end: number;
}

/**
 * Looks at the text without its disguises, see `normalise`. Patterns run on RE2, so no text can make one slow: time
 * grows with the length alone.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS, also when a pattern does not compile.
 */
export function regex(options: RegexOptions): CheckGuardrail {
  const entries = Object.entries(options.patterns);
  if (entries.length === 0) throw invalidGuardOption(ID, "patterns", {}, "one at least");
  const searches = entries.map(([kind, written]) =>
    makeSearch(kind, typeof written === "string" ? { pattern: written } : written),
  );
  return {
    id: ID,
    ...readGuardOptions(ID, options),
    check: (content) => {
      const { text, originOf } = normalisedContent(content);
      let lowered: string | undefined;
      const lower = (): string => (lowered ??= text.toLowerCase());
      const found = searches.flatMap(({ kind, severity, find }) =>
        find(text, lower).map((match): Finding & Match => {
          const [start, end] = originOf(match.start, match.end);
          return { kind, severity, start, end };
        }),
      );
      return withoutOverlaps(found);
    },
  };
}

function makeSearch(
  kind: string,
  { pattern, flags = "", severity = "medium" }: RegexPattern,
): Search {
  if (!FINDING_KIND.test(kind))
    throw invalidGuardOption(ID, "patterns", kind, "kinds of lower-case words with hyphens");
  const compiled = compilePattern({ guardrail: ID, name: kind, pattern, flags });
  if (compiled.matcher("").find()) {
    throw invalidGuardOption(ID, "patterns", kind, "patterns that do not match an empty text");
  }
  const ignoresCase = flags.includes("i");
  const literal = requiredLiteral(pattern);
  const needed = ignoresCase ? lowerCaseOf(literal) : literal;
  return {
    kind,
    severity,
    find: (text, lower) => {
      // What has no place in the text cannot match: most texts are done here.
      if (needed !== undefined && !(ignoresCase ? lower() : text).includes(needed)) return [];
      if (!compiled.test(text)) return [];
      return findAll(compiled.matcher(text));
    },
  };
}

/** Beyond ASCII, lower case depends on what stands around. */
function lowerCaseOf(literal: string | undefined): string | undefined {
  return literal !== undefined && /^[ -~]+$/.test(literal) ? literal.toLowerCase() : undefined;
}

/** Matches that follow on each other without a gap are one: a text of one letter has a million of them. */
function findAll(matcher: { find(): boolean; start(): number; end(): number }): readonly Match[] {
  const found: { start: number; end: number }[] = [];
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    const last = found.at(-1);
    if (last !== undefined && last.end === start) last.end = end;
    else if (end > start) found.push({ start, end });
  }
  return found;
}
