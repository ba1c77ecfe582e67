/** Finds secrets by rules of the user's, on RE2: linear whatever the pattern. */

import { RE2JS } from "re2js";
import { PluginError } from "../../contract.ts";
import { FINDING_KIND } from "../../guardrail-contract.ts";
import type { FoundSecret } from "./found-secret.ts";

/** A secret of your own house. */
export interface SecretRule {
  /** The kind of its findings: lower-case words with hyphens. */
  readonly kind: string;
  /** In the syntax of RE2. Its first group is the secret; without groups, all of it is. */
  readonly pattern: string;
  /** It is looked for only in texts that hold one of them, in whatever case. Default: in all. Makes it quick. */
  readonly keywords?: readonly string[];
}

export type SecretSearch = (text: string) => readonly FoundSecret[];

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS, naming the rule that does not compile. */
export function searchByRules(id: string, rules: readonly SecretRule[]): SecretSearch {
  const searches = rules.map((rule) => searchByRule(id, rule));
  const needsLower = rules.some(({ keywords }) => keywords !== undefined);
  return (text) => {
    const lower = needsLower ? text.toLowerCase() : "";
    return searches.flatMap((search) => search(text, lower));
  };
}

/** @param lower - the text in lower case, for keywords. */
type RuleSearch = (text: string, lower: string) => readonly FoundSecret[];

function searchByRule(id: string, { kind, pattern, keywords }: SecretRule): RuleSearch {
  if (!FINDING_KIND.test(kind)) {
    throw invalidRule(
      id,
      `has the kind ${JSON.stringify(kind)}. Use lower-case words with hyphens.`,
    );
  }
  const compiled = compile(id, kind, pattern);
  const wanted = keywords?.map((keyword) => keyword.toLowerCase());
  return (text, lower) => {
    const isWorthwhile = wanted?.some((keyword) => lower.includes(keyword)) ?? true;
    return isWorthwhile ? findAll(compiled, kind, text) : [];
  };
}

function compile(id: string, kind: string, pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw invalidRule(
      id,
      `"${kind}" has a pattern that RE2 does not know: ${JSON.stringify(pattern)}. Write it without look-around and back-references.`,
      cause,
    );
  }
}

function invalidRule(id: string, problem: string, cause?: unknown): PluginError {
  return new PluginError("PLUGIN_INVALID_OPTIONS", `A rule of the guardrail "${id}" ${problem}`, {
    cause,
  });
}

function findAll(pattern: RE2JS, kind: string, text: string): readonly FoundSecret[] {
  const found: FoundSecret[] = [];
  const matcher = pattern.matcher(text);
  while (matcher.find()) {
    const group = pattern.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
    const start = matcher.start(group);
    const end = matcher.end(group);
    if (end > start) found.push({ kind, start, end });
  }
  return found;
}
