/** Runs guardrails in their order, and does what the user wants done about what they find. */

import { actionIn, describeLook } from "../../graph/guard-words.ts";
import {
  ProviderError,
  type GuardAction,
  type GuardContent,
  type GuardContext,
} from "../../plugins/contract.ts";
import type { CallHost } from "../watch-call.ts";
import { checkContent, type Checked, type NamedGuardrail } from "./check-content.ts";
import { narrow, type NarrowContent } from "./content.ts";
import type { Placeholders } from "./placeholders.ts";
import { isSpan, redact, type NewTexts } from "./redact.ts";
import { countFindings, type GuardVerdict } from "./verdict.ts";

/** What stands in the way of a call or of its reply. */
export interface GuardStop {
  /** Its name in the configuration. */
  readonly guardrail: string;
  readonly direction: "input" | "output";
  readonly action: Exclude<GuardAction, "flag" | "redact">;
}

/** A guardrail stops the attempt. Names what was found, never the thing. */
export class GuardrailError extends ProviderError {
  readonly stop: GuardStop;
  /** What the model is told when it is asked again. */
  readonly correction: string;

  constructor(
    stop: GuardStop,
    message: string,
    correction: string,
    details: ProviderError["details"],
  ) {
    super("guardrail_blocked", message, details);
    this.stop = stop;
    this.correction = correction;
  }
}

/** What guardrails look at, and how it is changed. */
export interface GuardedSubject {
  /** As it is by now. */
  content(): GuardContent;
  /** Puts other texts into it, by the index of their part in `content()`. */
  put(texts: NewTexts): void;
}

export interface Guarding {
  readonly guardrails: readonly NamedGuardrail[];
  readonly context: Omit<GuardContext, "signal">;
  /** Guardrails that somebody let pass. */
  readonly waived: readonly string[];
  readonly placeholders: Placeholders;
  readonly host: CallHost;
  /** Told of each look, as it ends. */
  readonly record: (verdict: GuardVerdict) => void;
  /** What is known of the call that is stopped. */
  readonly details: ProviderError["details"];
}

/**
 * Lets all of them look, one after the other, each at what the ones before have left.
 *
 * @returns those of them that want a person to decide.
 * @throws {GuardrailError} for what is to be blocked, asked again, or given to the next model.
 */
export async function guard(
  subject: GuardedSubject,
  guarding: Guarding,
): Promise<readonly GuardrailError[]> {
  const escalated: GuardrailError[] = [];
  for (const named of guarding.guardrails) {
    const stop = await lookOnce(named, subject, guarding);
    if (stop === undefined) continue;
    if (stop.stop.action !== "escalate") throw stop;
    escalated.push(stop);
  }
  return escalated;
}

/** What stands in the way, after it is on record; what is redacted or let pass does not. */
async function lookOnce(
  named: NamedGuardrail,
  subject: GuardedSubject,
  guarding: Guarding,
): Promise<GuardrailError | undefined> {
  const { context, host, record } = guarding;
  const startedAt = host.now();
  const seen = narrow(subject.content(), named.guardrail.places);
  const checked: Checked =
    seen.content.parts.length === 0
      ? { outcome: "passed" }
      : await checkContent(named, seen.content, context, host);
  const { direction } = seen.content;
  const verdict: GuardVerdict = {
    guardrail: named.name,
    direction,
    outcome: checked.outcome,
    ...whatToDo(checked, named, { ...guarding, direction }),
    durationMs: Math.round(host.now() - startedAt),
  };
  record(verdict);
  const { action } = verdict;
  if (action === undefined || action === "allow" || action === "flag") return undefined;
  if (action === "redact") {
    subject.put(redacted(checked, seen, named, guarding));
    return undefined;
  }
  const stop = { guardrail: named.name, direction, action };
  return new GuardrailError(stop, describeLook(verdict), adviceOf(checked), guarding.details);
}

function whatToDo(
  checked: Checked,
  { name, guardrail }: NamedGuardrail,
  { waived, direction }: Pick<Guarding, "waived"> & Pick<GuardStop, "direction">,
): Pick<GuardVerdict, "action" | "findings" | "why" | "isWaived"> {
  const { action = "block", onError = "block" } = guardrail;
  switch (checked.outcome) {
    case "passed":
      return {};
    case "failed":
      return { action: onError, why: checked.why };
    case "found": {
      const findings = countFindings(checked.findings);
      if (waived.includes(name)) return { action: "flag", findings, isWaived: true };
      const isVague = !checked.findings.every(isSpan);
      // What is nowhere in particular cannot be redacted.
      const done = action === "redact" && isVague ? "block" : actionIn(direction, action);
      return { action: done, findings };
    }
  }
}

function redacted(
  checked: Checked,
  { content, indexes }: NarrowContent,
  { guardrail: { restore = false } }: NamedGuardrail,
  { placeholders }: Guarding,
): NewTexts {
  const spans = checked.outcome === "found" ? checked.findings.filter(isSpan) : [];
  const texts = redact(content, spans, placeholders, restore);
  return new Map([...texts].map(([index, text]) => [indexes[index] ?? index, text]));
}

function adviceOf(checked: Checked): string {
  if (checked.outcome !== "found") return "it could not be checked";
  const advice = checked.findings.map((finding) => finding.advice ?? `it holds: ${finding.kind}`);
  return [...new Set(advice)].join("; ");
}
