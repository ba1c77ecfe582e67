/** One model call of a graph: asks for the route, then asks its candidates as the route's plan says. */

import type { Route, Turn } from "../activities/contract.ts";
import type { ModelCallDefinition } from "../graph/definition.ts";
import { readMessages, type Message } from "../graph/message.ts";
import { describeProblems, toJsonSchema } from "../graph/schema.ts";
import type { Answer } from "./asking.ts";
import { callbackError, runCallback, runTextCallback } from "./callback.ts";
import { StepGuards } from "./guards.ts";
import type { RouteQuestion } from "./host.ts";
import type { StepAsking } from "./plans/candidates.ts";
import { askCascade } from "./plans/cascade.ts";
import { askForConsensus } from "./plans/consensus.ts";
import { askOneByOne } from "./plans/one-by-one.ts";
import { placeOf, type StepContext } from "./step-context.ts";

/** A step may take this long, or so many times the deadline of one attempt, whichever is longer. */
const DEFAULT_STEP_MS = 10 * 60_000;
const DEFAULT_STEP_ATTEMPTS = 4;

/**
 * The value of the reply that the route's plan comes to.
 *
 * @throws {RunError} RUN_CALLBACK_ERROR; or RUN_NO_CANDIDATE_LEFT, RUN_BUDGET_EXCEEDED or RUN_DEADLINE_PASSED, which list
 *   every attempt.
 */
export function callModel(call: ModelCallDefinition, context: StepContext): Promise<unknown> {
  return callByPlan(call, context, (route) => route);
}

/** @param read - what of the route is followed. */
async function callByPlan(
  call: ModelCallDefinition,
  outer: StepContext,
  read: (route: Route) => Route,
): Promise<unknown> {
  const context = { ...outer, ledger: outer.ledger.open(outer.path, call.settings.budget) };
  const { path, host, run } = context;
  const { deadlineMs, settings } = call;
  const turns: Turn[] = [...(await readConversation(call, context))];
  const key = await readKey(call, context);
  const stepMs = settings.stepMs ?? Math.max(DEFAULT_STEP_MS, DEFAULT_STEP_ATTEMPTS * deadlineMs);
  const time = { endsAt: Math.min(host.now() + stepMs, run.endsAt) };
  const route = read(await host.route(routeQuestion(call, path, { messages: [...turns], key })));
  // A judge whose own route has a plan with a judge, or guardrails that are judges, would have no end.
  const consult: StepAsking["consult"] = (asked, part) =>
    callByPlan(asked, { ...context, path: `${path}${part}`, run: { ...run, ...time } }, plainly);
  const step = { call, context, route, time, tried: { failures: [], excluded: [] }, consult };
  const guards = new StepGuards(step);
  await guards.lookAtConversation(turns);
  const { candidate, value } = await ask({ ...step, turns, guards });
  run.record.setAnswer(path, candidate.model);
  return value;
}

function plainly({ plan: _plan, guards: _guards, ...route }: Route): Route {
  return route;
}

function routeQuestion(
  { models: aliases, output, tools, guard, settings: { maxOutputTokens } }: ModelCallDefinition,
  step: string,
  { messages, key }: { readonly messages: readonly Turn[]; readonly key: string | undefined },
): RouteQuestion {
  return {
    step,
    ...(key !== undefined && { key }),
    aliases,
    messages,
    output: toJsonSchema(output),
    ...(tools.length > 0 && { tools }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
    ...(guard.input.length + guard.output.length > 0 && { guard }),
  };
}

/** As the route's plan says. */
function ask(asking: StepAsking): Promise<Answer> {
  const { plan } = asking.route;
  switch (plan?.kind) {
    case "cascade":
      return askCascade(asking, plan);
    case "consensus":
      return askForConsensus(asking, plan);
    case undefined:
      return askOneByOne(asking);
  }
}

/** What sticky routers go by. */
async function readKey(
  { routingKey }: ModelCallDefinition,
  context: StepContext,
): Promise<string | undefined> {
  if (routingKey === undefined) return undefined;
  const place = placeOf(context, "routingKey");
  const key = await runTextCallback(routingKey, context.view, place);
  if (key === "") throw callbackError(place, "it gave an empty text instead of a key");
  return key;
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
