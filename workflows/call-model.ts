/** One model call of a graph: asks for the route, then tries candidate after candidate until a reply fits. */

import type { Candidate, Route, Turn } from "../activities/contract.ts";
import { NO_AMOUNTS } from "../graph/budget.ts";
import type { ModelCallDefinition } from "../graph/definition.ts";
import { fallsBack } from "../graph/failure-kinds.ts";
import { readMessages, type Message } from "../graph/message.ts";
import { describeProblems, toJsonSchema } from "../graph/schema.ts";
import { askModel, recoveryOf, type Asking } from "./ask-model.ts";
import { callbackError, runCallback, runTextCallback } from "./callback.ts";
import { deadlinePassed, noCandidateLeft, overBudget, type Tried } from "./give-up.ts";
import type { RouteQuestion } from "./host.ts";
import type { Shortage } from "./ledger.ts";
import { placeOf, type StepContext } from "./step-context.ts";

/** A step may take this long, or so many times the deadline of one attempt, whichever is longer. */
const DEFAULT_STEP_MS = 10 * 60_000;
const DEFAULT_STEP_ATTEMPTS = 4;

/**
 * The value of the first reply that fits.
 *
 * @throws {RunError} RUN_CALLBACK_ERROR; or RUN_NO_CANDIDATE_LEFT, RUN_BUDGET_EXCEEDED or RUN_DEADLINE_PASSED, which list
 *   every attempt.
 */
export async function callModel(call: ModelCallDefinition, outer: StepContext): Promise<unknown> {
  const context = { ...outer, ledger: outer.ledger.open(outer.path, call.settings.budget) };
  const { path, host, run } = context;
  const { deadlineMs, settings } = call;
  const turns: Turn[] = [...(await readConversation(call, context))];
  const stepMs = settings.stepMs ?? Math.max(DEFAULT_STEP_MS, DEFAULT_STEP_ATTEMPTS * deadlineMs);
  const time = { endsAt: Math.min(host.now() + stepMs, run.endsAt) };
  const route = await host.route(routeQuestion(call, path, turns));
  return tryCandidates({ call, context, route, time, turns, tried: NOTHING_TRIED() });
}

function routeQuestion(
  { models: aliases, output, tools, settings: { maxOutputTokens } }: ModelCallDefinition,
  step: string,
  messages: readonly Turn[],
): RouteQuestion {
  return {
    step,
    aliases,
    messages,
    output: toJsonSchema(output),
    ...(tools.length > 0 && { tools }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

const NOTHING_TRIED = (): Tried => ({ failures: [], excluded: [] });

async function tryCandidates(asking: Omit<Asking, "candidate" | "index">): Promise<unknown> {
  const { call, context, route, tried, time } = asking;
  let shortage: Shortage | undefined;
  for (const [index, candidate] of route.candidates.entries()) {
    const why = whyNot(candidate, asking);
    if (why !== undefined) {
      tried.excluded.push({ model: candidate.model, why });
      continue;
    }
    const outcome = await askModel({ ...asking, candidate, index });
    if (outcome.ok) return outcome.value;
    if ("shortage" in outcome) {
      ({ shortage } = outcome);
      if (shortage.ledger.atLimit !== "degrade") break;
      // A cheaper one may fit what is left.
      tried.excluded.push({ model: candidate.model, why: "it may take more than is left" });
      continue;
    }
    shortage = undefined;
    if (!fallsBack(outcome.failure.kind, recoveryOf(call, candidate))) break;
  }
  shortage ??= outOfSeconds(asking);
  if (shortage) throw overBudget(context, tried, shortage);
  // The last attempt was cut short by that.
  if (context.host.now() >= time.endsAt) throw deadlinePassed(context, tried, time.endsAt);
  throw noCandidateLeft(context, tried);
}

/** Attempts are cut to the seconds that are left: the last one has used them up. */
function outOfSeconds({ call, context }: Pick<Asking, "call" | "context">): Shortage | undefined {
  const { ledger } = context;
  if (ledger.unused().seconds !== 0) return undefined;
  const held = ledger.hold({ ...NO_AMOUNTS, seconds: call.deadlineMs });
  return held.ok ? undefined : held.shortage;
}

/** Why a candidate is passed over, or `undefined`. */
function whyNot(
  { price, contextWindow }: Candidate,
  { context, route, tried }: Omit<Asking, "candidate" | "index">,
): string | undefined {
  if (price === undefined && context.ledger.isLimited("usd")) {
    return "its price is not known, and a budget in USD applies";
  }
  const tooSmall = widestThatFailed(route, tried);
  return contextWindow !== undefined && contextWindow <= tooSmall
    ? "its context window is no larger than one that was too small"
    : undefined;
}

/** 0: none was too small, or nothing is known of its size. */
function widestThatFailed({ candidates }: Route, { failures }: Tried): number {
  const tooSmall = failures.filter(({ kind }) => kind === "context_length");
  const windows = tooSmall.map(
    ({ model }) => candidates.find((known) => known.model === model)?.contextWindow ?? 0,
  );
  return Math.max(0, ...windows);
}

async function readConversation(
  call: ModelCallDefinition,
  context: StepContext,
): Promise<readonly Message[]> {
  const { view } = context;
  if (call.messages) {
    const place = placeOf(context, "messages");
    const read = readMessages(await runCallback(call.messages, view, place));
    if (read.ok) return read.messages;
    throw callbackError(place, `it gave no conversation: ${describeProblems(read.problems)}`);
  }
  const messages: Message[] = [];
  if (call.system) {
    const content = await runTextCallback(call.system, view, placeOf(context, "system"));
    messages.push({ role: "system", content });
  }
  if (call.prompt) {
    const content = await runTextCallback(call.prompt, view, placeOf(context, "prompt"));
    messages.push({ role: "user", content });
  }
  return messages;
}
