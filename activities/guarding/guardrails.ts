/** The guardrails of a configuration, and which of them look at a call. */

import { ApplicationFailure } from "@temporalio/common";
import type { GuardNames } from "../../graph/definition.ts";
import type { CheckGuardrail, Guardrail, JudgeGuardrail } from "../../plugins/contract.ts";
import type { ModelGuard, RouteGuards } from "../contract.ts";
import type { NamedGuardrail } from "./check-content.ts";

export interface GuardAccess {
  /** By name. */
  readonly guardrails: Readonly<Record<string, Guardrail>>;
  /** Names of those that look at every call, whatever a graph says. */
  readonly guard: GuardNames;
}

/** What a configuration says of guardrails. */
export function guardAccess({
  guardrails = {},
  guard,
}: {
  readonly guardrails?: GuardAccess["guardrails"] | undefined;
  readonly guard?: Partial<GuardNames> | undefined;
}): GuardAccess {
  return { guardrails, guard: { input: [], output: [], ...guard } };
}

/** A worker without guardrails. */
export const NO_GUARDRAILS = guardAccess({});

/** The configuration's own first, then those of the graph and the step; each once. */
function namesFor(
  direction: keyof GuardNames,
  wanted: GuardNames | undefined,
  { guard }: GuardAccess,
): readonly string[] {
  return [...new Set([...guard[direction], ...(wanted?.[direction] ?? [])])];
}

/**
 * Those that look within the attempt.
 *
 * @throws {ApplicationFailure} CONFIG_UNKNOWN_GUARDRAIL, for good: none is left out.
 */
export function localGuardrails(
  direction: keyof GuardNames,
  wanted: GuardNames | undefined,
  access: GuardAccess,
): readonly NamedGuardrail[] {
  return namesFor(direction, wanted, access).flatMap((name) => {
    const guardrail = findGuardrail(name, access);
    return isCheck(guardrail) && guardrail.cost !== "model" ? [{ name, guardrail }] : [];
  });
}

/** Those that the workflow has look, as calls of their own. `undefined`: none. */
export function modelGuards(
  wanted: GuardNames | undefined,
  access: GuardAccess,
): RouteGuards | undefined {
  const of = (direction: keyof GuardNames): readonly ModelGuard[] =>
    namesFor(direction, wanted, access).flatMap((name) => {
      const guardrail = findGuardrail(name, access);
      return guardrail.cost === "model" ? [describeGuard(name, guardrail)] : [];
    });
  const guards = { input: of("input"), output: of("output") };
  return guards.input.length + guards.output.length === 0 ? undefined : guards;
}

/** A guardrail that checks by itself. */
export function findCheck(name: string, access: GuardAccess): CheckGuardrail {
  const guardrail = findGuardrail(name, access);
  if (isCheck(guardrail)) return guardrail;
  throw unknownGuardrail(name);
}

function isCheck(guardrail: Guardrail): guardrail is CheckGuardrail {
  return "check" in guardrail;
}

/** A worker checks its own graphs when it starts: only a graph of a worker with another configuration comes here. */
function unknownGuardrail(name: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `This worker's configuration has no guardrail "${name}". Run workers of one task queue with one configuration.`,
    "CONFIG_UNKNOWN_GUARDRAIL",
  );
}

function findGuardrail(name: string, { guardrails }: GuardAccess): Guardrail {
  const guardrail = Object.hasOwn(guardrails, name) ? guardrails[name] : undefined;
  if (guardrail === undefined) throw unknownGuardrail(name);
  return guardrail;
}

function describeGuard(name: string, guardrail: CheckGuardrail | JudgeGuardrail): ModelGuard {
  const { action = "block", onError = "block", places, timeoutMs = DEFAULT_TIMEOUT_MS } = guardrail;
  const judge = "judge" in guardrail && {
    judge: { atLeast: DEFAULT_SCORE, kind: guardrail.id, ...guardrail.judge },
  };
  return { name, action, onError, timeoutMs, ...(places && { places }), ...judge };
}

const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_SCORE = 0.5;
