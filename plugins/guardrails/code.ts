/** Finds code where it does not belong, code that cannot be parsed, and commands that destroy things. */

import type { CheckGuardrail, Finding, GuardContent, GuardPart } from "../guardrail-contract.ts";
import { findDangers } from "../guarding/code/dangerous-commands.ts";
import { findShell, findSql, type FoundCode } from "../guarding/code/find-commands.ts";
import { isParseable } from "../guarding/code/parse-code.ts";
import { readMarkdown, type Fence } from "../guarding/code/read-fences.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { normalisedContent } from "../guarding/normalised-content.ts";
import { withoutOverlaps } from "../guarding/overlap.ts";

/** What the guardrail `code` can be told. */
export interface CodeOptions extends GuardOptions {
  /** Languages that fences may be of, as they are written after the fence. Default: any. A fence may always go without. */
  readonly languages?: readonly string[];
  /** Commands of a shell may stand outside of fences. Default: `false`. */
  readonly allowShell?: boolean;
  /** Statements of SQL may stand outside of fences. Default: `false`. */
  readonly allowSql?: boolean;
  /** Code in fences has to be parseable, as far as that can be told. Default: `true`. */
  readonly requireParseable?: boolean;
}

const ID = "code";

/**
 * Looks at replies as Markdown, and at calls of tools for dangerous commands.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function code(options: CodeOptions = {}): CheckGuardrail {
  const { languages, allowShell = false, allowSql = false, requireParseable = true } = options;
  if (languages?.some((language) => !/^[\w+#.-]+$/.test(language))) {
    throw invalidGuardOption(ID, "languages", languages, "names of languages, such as json");
  }
  const rules: Rules = {
    languages: languages && new Set(languages.map((language) => language.toLowerCase())),
    allowShell,
    allowSql,
    requireParseable,
  };
  return {
    id: ID,
    places: ["output", "toolCall"],
    ...readGuardOptions(ID, options),
    check: (content) => {
      const found = content.parts
        .filter(({ place }) => place !== "toolCall")
        .flatMap((part) => lookAtPart(content, part, rules));
      return [...dangersIn(content), ...found];
    },
  };
}

interface Rules {
  readonly languages: ReadonlySet<string> | undefined;
  readonly allowShell: boolean;
  readonly allowSql: boolean;
  readonly requireParseable: boolean;
}

/** In the text without its disguises: a shell does not mind how the command was written for it. */
function dangersIn(content: GuardContent): readonly Finding[] {
  const { text, originOf } = normalisedContent(content);
  return withoutOverlaps(findDangers(text)).map(({ start, end }) => {
    const [from, until] = originOf(start, end);
    return {
      kind: "dangerous-command",
      severity: "high",
      start: from,
      end: until,
      advice: "The reply holds a command that destroys data or runs unread code. Leave it out.",
    };
  });
}

/** A fence in one text says nothing of the next one. */
function lookAtPart(
  { text }: GuardContent,
  { start, end }: GuardPart,
  rules: Rules,
): readonly Finding[] {
  const { fences, prose, inline } = readMarkdown(text.slice(start, end));
  const isOutside = ({ start: at }: FoundCode): boolean =>
    !inline.some((span) => span.start <= at && at < span.end);
  const found = [
    ...(rules.allowShell ? [] : findShell(prose).map((at) => outside("shell", at))),
    ...(rules.allowSql ? [] : findSql(prose).map((at) => outside("sql", at))),
  ].filter(isOutside);
  return [...withoutOverlaps(found), ...fences.flatMap((fence) => lookAtFence(fence, rules))].map(
    (finding) => ({ ...finding, start: finding.start + start, end: finding.end + start }),
  );
}

type PlacedFinding = Finding & FoundCode;

function outside(what: "shell" | "sql", { start, end }: FoundCode): PlacedFinding {
  return {
    kind: `${what}-outside-fence`,
    severity: "medium",
    start,
    end,
    advice: "Code stands outside of a fence. Put it between ``` and ```, with its language.",
  };
}

function lookAtFence(
  { language, body, start, end, isClosed }: Fence,
  { languages, requireParseable }: Rules,
): readonly PlacedFinding[] {
  const finding = (kind: string, advice: string): PlacedFinding => ({
    kind,
    severity: "low",
    start,
    end,
    advice,
  });
  if (!isClosed) return [finding("unclosed-fence", "A fence of code is not closed. Close it.")];
  if (language !== "" && languages?.has(language) === false) {
    return [finding("unwanted-language", `Code may be of: ${[...languages].join(", ")}.`)];
  }
  if (!requireParseable || isParseable(body, language)) return [];
  return [
    finding(
      "unparseable-code",
      "Code in a fence cannot be parsed. Write all of it, as it has to be.",
    ),
  ];
}
