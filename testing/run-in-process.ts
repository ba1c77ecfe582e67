/** Runs a graph in a unit test: the real interpreter, no server, no waiting. */

import { guardAccess } from "../activities/guarding/guardrails.ts";
import type { ModelAliases } from "../activities/model-pool.ts";
import type { ModelPrice } from "../activities/price.ts";
import { ROUGH_TOKENS } from "../activities/rough-tokens.ts";
import type { RouteAccess } from "../activities/route-access.ts";
import type { RewardReport } from "../activities/contract.ts";
import { createLiveSignals } from "../activities/signals/create-live-signals.ts";
import type { LiveSignals } from "../activities/signals/live-signals.ts";
import type { Tools } from "../activities/tool.ts";
import type { Attempt, RunFailure } from "../client/run.ts";
import type { AnyGraph, InputOf, ResultOf } from "../graph/graph.ts";
import { toPlainJson } from "../graph/graph-json.ts";
import { describeProblems, readValue } from "../graph/schema.ts";
import type { GuardNames } from "../graph/definition.ts";
import type { Guardrail, ModelFacts, Provider, Router } from "../plugins/contract.ts";
import { routersByName } from "../plugins/ranking/built-in-routers.ts";
import type { Received, ReceiveRequest } from "../workflows/host.ts";
import { interpret, openLedger } from "../workflows/interpreter.ts";
import { RunError } from "../workflows/run-error.ts";
import {
  RunRecord,
  type AttemptListener,
  type Decision,
  type Totals,
} from "../workflows/run-record.ts";
import { createInProcessHost, settle, type InProcessWorld } from "./in-process-host.ts";
import { listModels } from "./list-models.ts";
import { StuckError, VirtualClock } from "./virtual-clock.ts";

/** A configuration, and what the world outside says. */
export interface InProcessOptions {
  readonly providers: readonly Provider[];
  readonly models: ModelAliases;
  /** Routers of your own by name, beside those that come with Signalbox. */
  readonly routers?: Readonly<Record<string, Router>>;
  readonly prices?: Readonly<Record<string, ModelPrice>>;
  readonly tools?: Tools;
  readonly guardrails?: Readonly<Record<string, Guardrail>>;
  /** Guardrails that look at every call. */
  readonly guard?: Partial<GuardNames>;
  /** What was learned before. Default: nothing was, and the run learns for itself, by its own clock. */
  readonly liveSignals?: LiveSignals;
  /** Decisions by the path of the approval; a function is given what the person would be shown. Absent: nobody decides. */
  readonly decisions?: Readonly<Record<string, unknown>>;
  /** A map of more items runs in parts, and gives the same. Default: as on Temporal, 200. */
  readonly itemsPerPart?: number;
  /** Events by the path of the step that waits for them. Absent: none comes. */
  readonly events?: Readonly<Record<string, unknown>>;
}

/** How a run ended. */
export interface InProcessRun<Result> {
  readonly status: "completed" | "failed";
  readonly result: Result | undefined;
  readonly error: RunFailure | undefined;
  /** In the order in which they began. */
  readonly attempts: readonly Attempt[];
  /** How steps that waited for somebody went on. */
  readonly decisions: readonly Decision[];
  /** What `reward` steps reported of replies. */
  readonly rewards: readonly RewardReport[];
  readonly cost: Totals;
  /** Of all attempts whose price is known, in 10⁻⁹ USD. */
  readonly costNanoUsd: number;
  /** How long the run would have taken, waits and deadlines included. No real time passes for them. */
  readonly durationMs: number;
}

/** The test does not say enough for the run to go on. */
export class InProcessError extends Error {
  override readonly name = "InProcessError";
}

/**
 * Runs `graph` without Temporal, deterministically. Waits and deadlines take no time.
 *
 * @throws {InProcessError} when the run waits for a decision or an event that the test does not give, or that does not fit.
 */
export async function runInProcess<G extends AnyGraph>(
  graph: G,
  input: InputOf<G>,
  options: InProcessOptions,
): Promise<InProcessRun<ResultOf<G>>> {
  const clock = new VirtualClock();
  const attempts: Attempt[] = [];
  const waiting = new Set<ReceiveRequest>();
  const rewards: RewardReport[] = [];
  const record = new RunRecord(keepIn(attempts));
  const { itemsPerPart } = options;
  const host = createInProcessHost({
    ...accessOf(options, await listModels(options)),
    graph: graph.id,
    live: options.liveSignals ?? createLiveSignals({ now: () => clock.now() }),
    clock,
    begin: keepIn(attempts),
    decided: (decision) => record.addDecision(decision),
    itemsPerPart,
    answer: (request) => answer(request, options),
    reward: (report) => rewards.push(report),
    waiting,
    hasDeadline: graph.definition.deadlineMs !== undefined,
  });
  const ledger = openLedger(graph.definition.budget);
  const given = { host, record, ledger, itemsPerPart };
  const running = interpret(graph.definition, toPlainJson(input), given);
  const ended = await endOf(clock, settled(running, record), waiting);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What the graph's own types say it gives.
  const outcome = ended as Ended<ResultOf<G>>;
  return {
    ...outcome,
    attempts: attempts.map(closeAttempt),
    decisions: record.decisions,
    rewards,
    cost: record.totals(),
    costNanoUsd: record.totals().spentNanoUsd,
    durationMs: clock.now(),
  };
}

/** What routes and attempts can reach. */
function accessOf(
  options: InProcessOptions,
  listed: readonly string[],
): Pick<InProcessWorld, Exclude<keyof RouteAccess, "live"> | "providers"> {
  const { providers, models, routers, tools = {}, guardrails, guard } = options;
  return {
    providers,
    aliases: models,
    factsOf: (model) => factsOf(model, options),
    listed: () => listed,
    tools,
    guarding: guardAccess({ guardrails, guard }),
    tokens: ROUGH_TOKENS,
    routers: routersByName(routers),
  };
}

async function settled(run: Promise<unknown>, record: RunRecord): Promise<unknown> {
  const value = await run;
  await settle(record);
  return value;
}

function keepIn(attempts: Attempt[]): AttemptListener {
  return (attempt) => {
    const index = attempts.push(attempt) - 1;
    return (end) => {
      attempts[index] = { ...(attempts[index] ?? attempt), ...end };
    };
  };
}

/** What the test says of a model wins over what its provider does. */
function factsOf(name: string, { providers, prices = {} }: InProcessOptions): ModelFacts {
  const slash = name.indexOf("/");
  const provider = providers.find(({ id }) => id === name.slice(0, slash));
  const { price, capabilities } = provider?.describeModel?.(name.slice(slash + 1)) ?? {};
  return { price: prices[name] ?? price, capabilities };
}

/** As client/trail/attempt-book.ts: a run that is failed by another step does not wait for its attempts. */
function closeAttempt(attempt: Attempt): Attempt {
  return attempt.status === "running"
    ? { ...attempt, status: "cancelled", kind: "cancelled" }
    : attempt;
}

type Ended<Result> = Pick<InProcessRun<Result>, "status" | "result" | "error">;

async function endOf(
  clock: VirtualClock,
  run: Promise<unknown>,
  waiting: ReadonlySet<ReceiveRequest>,
): Promise<Ended<unknown>> {
  try {
    const result = toPlainJson(await clock.drive(run));
    return { status: "completed", result, error: undefined };
  } catch (error) {
    if (error instanceof StuckError) throw stuck(waiting);
    if (!(error instanceof RunError)) throw error;
    const { code, message } = error;
    return { status: "failed", result: undefined, error: { code, message } };
  }
}

function stuck(waiting: ReadonlySet<ReceiveRequest>): InProcessError {
  const steps = [...waiting].map(
    ({ kind, step }) => `${kind === "event" ? "event" : "decision"} for "${step}"`,
  );
  return new InProcessError(
    `The run waits for ever: ${steps.join(", ")}. Give it in "decisions" or "events".`,
  );
}

function answer(
  request: ReceiveRequest,
  { decisions = {}, events = {} }: InProcessOptions,
): Received | undefined {
  const { kind, step, schema, show } = request;
  const answers = kind === "event" ? events : decisions;
  const given = Object.hasOwn(answers, step) ? answers[step] : undefined;
  const value = toPlainJson(typeof given === "function" ? given(toPlainJson(show)) : given);
  if (value === undefined) return undefined;
  const read = readValue(schema, value);
  if (read.ok) return { value: read.value };
  throw new InProcessError(
    `What the test gives step "${step}" does not fit: ${describeProblems(read.problems)}.`,
  );
}
