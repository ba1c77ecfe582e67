/** Lets one guardrail look, and believes it only what makes sense: whatever goes wrong, nothing counts as passed that was not looked at. */

import {
  FINDING_KIND,
  type CheckGuardrail,
  type Finding,
  type GuardContent,
  type GuardContext,
} from "../../plugins/contract.ts";
import type { CallHost } from "../watch-call.ts";

/** A guardrail by its name in the configuration. */
export interface NamedGuardrail {
  readonly name: string;
  readonly guardrail: CheckGuardrail;
}

export type Checked =
  | { readonly outcome: "passed" }
  | { readonly outcome: "found"; readonly findings: readonly Finding[] }
  /** `why`: for people, without a word of the content. */
  | { readonly outcome: "failed"; readonly why: string };

const DEFAULT_TIMEOUT_MS = { local: 1_000, model: 30_000 } as const;

/** Never rejects, but with the reason of `host.cancellation`. */
export async function checkContent(
  { guardrail }: NamedGuardrail,
  content: GuardContent,
  context: Omit<GuardContext, "signal">,
  host: CallHost,
): Promise<Checked> {
  const { cost = "local", timeoutMs = DEFAULT_TIMEOUT_MS[cost] } = guardrail;
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, host.cancellation]);
  try {
    const found = await Promise.race([
      look(guardrail, content, { ...context, signal }),
      tooLate(timeoutMs, signal, host),
    ]);
    return found === TOO_LATE ? failed(`took longer than ${timeoutMs} ms`) : read(found, content);
  } catch (error) {
    host.cancellation.throwIfAborted();
    // Its message may hold what it looked at.
    return failed(`threw "${error instanceof Error ? error.name : typeof error}"`);
  } finally {
    ended.abort();
  }
}

const TOO_LATE = Symbol("too late");

/** A guardrail that throws at once rejects like any other. */
async function look(
  guardrail: CheckGuardrail,
  content: GuardContent,
  context: GuardContext,
): Promise<unknown> {
  return guardrail.check(content, context);
}

async function tooLate(
  timeoutMs: number,
  signal: AbortSignal,
  host: CallHost,
): Promise<typeof TOO_LATE> {
  await host.sleep(timeoutMs, signal);
  return TOO_LATE;
}

function read(found: unknown, { text }: GuardContent): Checked {
  if (!Array.isArray(found)) return failed("gave no list of findings");
  const findings: readonly unknown[] = found;
  if (!findings.every((finding) => isFinding(finding, text.length))) {
    return failed("gave a finding that is none");
  }
  return findings.length === 0 ? { outcome: "passed" } : { outcome: "found", findings };
}

function failed(why: string): Checked {
  return { outcome: "failed", why };
}

const SEVERITIES: readonly unknown[] = ["low", "medium", "high"];
/** Kinds are on record and in errors: nothing that could be a text of somebody's. */
const LONGEST_KIND = 60;

function isFinding(finding: unknown, length: number): finding is Finding {
  if (typeof finding !== "object" || finding === null) return false;
  const { kind, severity, start, end, advice }: Record<keyof Finding, unknown> = {
    kind: undefined,
    severity: undefined,
    start: undefined,
    end: undefined,
    advice: undefined,
    ...finding,
  };
  const isNamed =
    typeof kind === "string" && kind.length <= LONGEST_KIND && FINDING_KIND.test(kind);
  const isAdvised = advice === undefined || typeof advice === "string";
  return isNamed && isAdvised && SEVERITIES.includes(severity) && isInside(start, end, length);
}

function isInside(start: unknown, end: unknown, length: number): boolean {
  if (start === undefined && end === undefined) return true;
  return isPlace(start) && isPlace(end) && start < end && end <= length;
}

function isPlace(number: unknown): number is number {
  return Number.isSafeInteger(number) && Number(number) >= 0;
}
