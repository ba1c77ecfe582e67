/** Finds replies, or messages, that are in another language than those that are allowed. */

import type { CheckGuardrail, GuardContent } from "../guardrail-contract.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { judgeLanguage } from "../guarding/language/judge-language.ts";
import { writtenText } from "../guarding/language/written-text.ts";

/** What the guardrail `language` can be told. */
export interface LanguageOptions extends GuardOptions {
  /** Languages by their codes in ISO 639-1, such as `["en", "de"]`. What follows a hyphen does not count. */
  readonly allow: readonly string[];
  /** Shorter texts, in letters, are not judged. A Chinese, Japanese or Korean character counts as three. Default: 20. */
  readonly minCharacters?: number;
  /** What becomes of a text that is too short or of which it is not sure. Default: `"pass"`. */
  readonly onUnsure?: "pass" | "find";
}

const ID = "language";
/** In characters. Languages do not change that often. */
const LONGEST = 1_200;

/**
 * Looks at replies as a whole: what most of it is in counts. Code, addresses and quotes are left out.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function language(options: LanguageOptions): CheckGuardrail {
  const { minCharacters = 20, onUnsure = "pass" } = options;
  const allowed = readLanguages(options.allow);
  if (!(Number.isInteger(minCharacters) && minCharacters >= 1)) {
    throw invalidGuardOption(ID, "minCharacters", minCharacters, "a whole number above 0");
  }
  if (onUnsure !== "pass" && onUnsure !== "find") {
    throw invalidGuardOption(ID, "onUnsure", onUnsure, '"pass" or "find"');
  }
  return {
    id: ID,
    places: ["output"],
    ...readGuardOptions(ID, options),
    check: (content) => {
      const text = writtenText(wordsOf(content), LONGEST);
      const verdict = judgeLanguage(text, allowed, minCharacters);
      if (verdict === "allowed" || (verdict === "unsure" && onUnsure === "pass")) return [];
      const kind = verdict === "foreign" ? "foreign-language" : "unsure-language";
      return [{ kind, severity: "low", advice: `Answer in: ${allowed.join(", ")}.` }];
    },
  };
}

function readLanguages(allow: readonly string[]): readonly string[] {
  const read = Array.isArray(allow)
    ? allow.map((code) => code.toLowerCase().split(/[-_]/)[0] ?? "")
    : [];
  if (read.length === 0 || read.some((code) => !/^[a-z]{2,3}$/.test(code))) {
    throw invalidGuardOption(ID, "allow", allow, 'codes of languages, such as ["en", "de"]');
  }
  return [...new Set(read)];
}

/** Of JSON the texts that have a space: names of members, ids and states are of no language. */
function wordsOf({ text, parts }: GuardContent): string {
  if (parts.length <= 1) return text;
  return parts
    .map(({ start, end }) => text.slice(start, end))
    .filter((part) => /\s/.test(part) || /[^\0-\u024f]/.test(part))
    .join("\n");
}
