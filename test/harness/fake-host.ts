/** A host that answers as a test says, at once: for what the engine decides, without providers and without Temporal. */

import type { AttemptReply, AttemptRequest, Route } from "../../activities/contract.ts";
import type { Budget } from "../../graph/budget.ts";
import type { ModelCallDefinition } from "../../graph/definition.ts";
import { callModel } from "../../workflows/call-model.ts";
import type {
  AttemptFailure,
  AttemptOutcome,
  CallLabel,
  Host,
  Outcome,
  Received,
  RouteQuestion,
  ReceiveRequest,
  ToolRequest,
} from "../../workflows/host.ts";
import { openLedger } from "../../workflows/interpreter.ts";
import type { RunError } from "../../workflows/run-error.ts";
import { RunRecord } from "../../workflows/run-record.ts";
import type { StepContext } from "../../workflows/step-context.ts";

/** An attempt as the host was asked for it. */
export interface AskedAttempt {
  readonly request: AttemptRequest;
  readonly label: CallLabel;
}

/** What attempts, tools and people answer. Each may move the clock on with `pass`. */
export interface FakeAnswers {
  readonly candidates: Route["candidates"];
  readonly attempt: (asked: AskedAttempt, count: number, host: FakeHost) => AttemptOutcome;
  readonly tool?: (request: ToolRequest, label: CallLabel) => Outcome;
  readonly decide?: (request: ReceiveRequest, host: FakeHost) => Received | undefined;
}

/** Keeps all that it was asked. */
export class FakeHost implements Host {
  readonly attempts: AskedAttempt[] = [];
  readonly routes: RouteQuestion[] = [];
  readonly tools: { readonly request: ToolRequest; readonly label: CallLabel }[] = [];
  readonly #answers: FakeAnswers;
  #now = 0;

  constructor(answers: FakeAnswers) {
    this.#answers = answers;
  }

  now(): number {
    return this.#now;
  }

  /** Time passes, in milliseconds. */
  pass(durationMs: number): void {
    this.#now += durationMs;
  }

  async route(request: RouteQuestion): Promise<Route> {
    this.routes.push(request);
    return { step: request.step, candidates: this.#answers.candidates, routers: {}, seed: 1 };
  }

  async attempt(request: AttemptRequest, label: CallLabel): Promise<AttemptOutcome> {
    const asked = { request, label };
    return this.#answers.attempt(asked, this.attempts.push(asked), this);
  }

  async callTool(request: ToolRequest, label: CallLabel): Promise<Outcome> {
    this.tools.push({ request, label });
    return this.#answers.tool?.(request, label) ?? { ok: true, value: "done" };
  }

  async receive(request: ReceiveRequest): Promise<Received | undefined> {
    return this.#answers.decide?.(request, this);
  }

  async sleep(durationMs: number): Promise<void> {
    this.pass(durationMs);
  }

  runSub(): Promise<never> {
    throw new Error("no test of this host runs a sub-graph");
  }

  isolate<T>(part: (host: Host) => Promise<T>): Promise<T> {
    return part(this);
  }
}

/** How a call ended, and what was asked meanwhile. */
export interface FakeCall {
  readonly host: FakeHost;
  readonly record: RunRecord;
  readonly value: unknown;
  readonly error: RunError | undefined;
}

export interface FakeRun {
  readonly answers: FakeAnswers;
  readonly budget?: Budget;
  /** How long the run may take. */
  readonly runMs?: number;
}

/** Makes one model call, for step `ask` of graph `asking`. */
export async function callWithFakeHost(
  call: ModelCallDefinition,
  { answers, budget, runMs = 1_000_000_000 }: FakeRun,
): Promise<FakeCall> {
  const host = new FakeHost(answers);
  const record = new RunRecord();
  const context: StepContext = {
    run: { graph: "asking", record, endsAt: runMs },
    path: "ask",
    view: { input: {} },
    host,
    ledger: openLedger(budget),
    runFlow: () => Promise.reject(new Error("a model call runs no flow")),
  };
  try {
    return { host, record, value: await callModel(call, context), error: undefined };
  } catch (error) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- All that a call may throw.
    return { host, record, value: undefined, error: error as RunError };
  }
}

/** A reply with this value. */
export function reply(value: unknown, more: Partial<AttemptReply> = {}): AttemptOutcome {
  const charge = { inputTokens: 10, outputTokens: 2, durationMs: 5 };
  return { ok: true, reply: { value, ...charge, ...more } };
}

/** A failure of this kind, of which the provider sent a bill unless `more` says otherwise. */
export function failure(
  { request }: AskedAttempt,
  kind: AttemptFailure["kind"],
  more: Partial<AttemptFailure> = {},
): AttemptOutcome {
  const { model } = request;
  const charge = { inputTokens: 10, outputTokens: 2, durationMs: 5 };
  const base = { model, kind, tries: 1, ...charge, message: `${model}: as asked` };
  return { ok: false, failure: { ...base, ...more } };
}

/** What a failure has that cost nothing. */
export const FREE = { inputTokens: undefined, outputTokens: undefined } as Partial<AttemptFailure>;
