/** The guardrail against texts that tell the model what to do, where only their content should count. */

import type { CheckGuardrail, Finding, GuardContent, GuardPart } from "../guardrail-contract.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { findClues } from "../guarding/injection/find-clues.ts";
import { INJECTION_KINDS, type Clue, type InjectionKind } from "../guarding/injection/kinds.ts";
import { score } from "../guarding/injection/score.ts";
import { selectParts } from "../guarding/select-parts.ts";

/** What the guardrail `promptInjection` can be told. */
export interface PromptInjectionOptions extends GuardOptions {
  /**
   * The score from which it is a finding, above 0 and up to 1: what is found near each other adds up. Lower finds more, and is wrong
   * more often. Default: 0.7.
   */
  readonly threshold?: number;
  /** What is looked for. Default: all of them. */
  readonly kinds?: readonly InjectionKind[];
  /** Whose texts are looked at. What a model asks of a tool always is. Default: `["user", "tool"]`. */
  readonly roles?: readonly GuardPart["role"][];
}

const ID = "promptInjection";
const THRESHOLD = 0.7;

/**
 * Finds attempts to give the model other orders. By rules alone: it costs nothing, and a new trick passes.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function promptInjection(options: PromptInjectionOptions = {}): CheckGuardrail {
  const { threshold = THRESHOLD, kinds = INJECTION_KINDS, roles = ["user", "tool"] } = options;
  checkOptions(threshold, kinds);
  const wanted = new Set<InjectionKind>(kinds);
  return {
    id: ID,
    ...readGuardOptions(ID, options),
    check: (content) => find(content, { threshold, wanted, roles }),
  };
}

function checkOptions(threshold: number, kinds: readonly string[]): void {
  if (!(threshold > 0 && threshold <= 1)) {
    throw invalidGuardOption(ID, "threshold", threshold, `a number above 0 and up to 1`);
  }
  const unknown = kinds.find((kind) => !INJECTION_KINDS.some((known) => known === kind));
  if (unknown !== undefined || kinds.length === 0) {
    throw invalidGuardOption(
      ID,
      "kinds",
      unknown ?? kinds,
      `some of ${INJECTION_KINDS.join(", ")}`,
    );
  }
}

interface Search {
  readonly threshold: number;
  readonly wanted: ReadonlySet<InjectionKind>;
  readonly roles: readonly GuardPart["role"][];
}

function find(content: GuardContent, { threshold, wanted, roles }: Search): readonly Finding[] {
  const selected = selectParts(
    content,
    ({ role, place }) => place === "toolCall" || roles.includes(role),
  );
  const clues = findClues(selected.original, selected.plain).filter(({ kind }) => wanted.has(kind));
  return score(clues)
    .filter(({ total }) => total >= threshold)
    .flatMap(({ clues: together, total }) => toFindings(together, total))
    .map((finding) => selected.place(finding));
}

/** One finding for each kind: from its first clue to its last. Weak clues only where there is nothing else. */
function toFindings(clues: readonly Clue[], total: number): readonly (Finding & Span)[] {
  const strong = clues.filter(({ weight }) => weight >= STRONG);
  const findings = new Map<InjectionKind, Finding & Span>();
  for (const { kind, start, end } of strong.length > 0 ? strong : clues) {
    const known = findings.get(kind);
    findings.set(kind, {
      kind,
      severity: total >= SEVERE ? "high" : "medium",
      start: Math.min(known?.start ?? start, start),
      end: Math.max(known?.end ?? end, end),
    });
  }
  return [...findings.values()];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

const STRONG = 0.5;
const SEVERE = 0.85;
