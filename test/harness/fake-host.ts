/** A host that answers as a test says, at once: for what the engine decides, without providers and without Temporal. */

import type {
  AttemptReply,
  AttemptRequest,
  Candidate,
  GuardRequest,
  RewardReport,
  Route,
  RoutePlan,
} from "../../activities/contract.ts";
import type { Budget } from "../../graph/budget.ts";
import type { ModelCallDefinition } from "../../graph/definition.ts";
import { callModel } from "../../workflows/call-model.ts";
import type {
  AttemptFailure,
  AttemptOutcome,
  AttemptLabel,
  CallLabel,
  GuardOutcome,
  Host,
  Outcome,
  Received,
  RouteQuestion,
  ReceiveRequest,
  ToolRequest,
  Verdicts,
} from "../../workflows/host.ts";
import { Gate } from "../../workflows/gate.ts";
import { openLedger } from "../../workflows/interpreter.ts";
import { Progress } from "../../workflows/progress.ts";
import type { RunError } from "../../workflows/run-error.ts";
import { RunRecord, type Verdict } from "../../workflows/run-record.ts";
import type { StepContext } from "../../workflows/step-context.ts";

/** An attempt as the host was asked for it. */
export interface AskedAttempt {
  readonly request: AttemptRequest;
  readonly label: AttemptLabel;
}

/** What attempts, tools and people answer. Each may move the clock on with `pass`. */
export interface FakeAnswers {
  readonly candidates: Route["candidates"];
  /** Default: none, one after the other. */
  readonly plan?: RoutePlan;
  /** The candidates of a plan's judge. Default: none. */
  readonly judges?: Route["candidates"];
  /** The plan of the judge's own route. Default: none. */
  readonly judgePlan?: RoutePlan;
  readonly attempt: (
    asked: AskedAttempt,
    count: number,
    host: FakeHost,
  ) => AttemptOutcome | Promise<AttemptOutcome>;
  readonly guard?: (request: GuardRequest, label: CallLabel) => GuardOutcome;
  /** Default: none. */
  readonly guards?: Route["guards"];
  readonly tool?: (request: ToolRequest, label: CallLabel) => Outcome;
  readonly decide?: (request: ReceiveRequest, host: FakeHost) => Received | undefined;
}

/** Keeps all that it was asked. */
export class FakeHost implements Host {
  readonly attempts: AskedAttempt[] = [];
  readonly routes: RouteQuestion[] = [];
  readonly guarded: { readonly request: GuardRequest; readonly label: CallLabel }[] = [];
  readonly tools: { readonly request: ToolRequest; readonly label: CallLabel }[] = [];
  readonly verdicts = new Map<string, Verdict>();
  readonly rewards: Omit<RewardReport, "graph">[] = [];
  readonly #answers: FakeAnswers;
  readonly #cancelled: Promise<void>;
  #cancel: () => void = () => {};
  #now = 0;

  constructor(answers: FakeAnswers) {
    this.#answers = answers;
    this.#cancelled = new Promise((resolve) => {
      this.#cancel = resolve;
    });
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
    const answers = this.#answers;
    const base = { step: request.step, routers: {}, seed: 1 };
    const isJudge = request.step.includes("?");
    const { guards } = answers;
    const plan = isJudge ? answers.judgePlan : answers.plan;
    const candidates = isJudge ? (answers.judges ?? []) : answers.candidates;
    return { ...base, candidates, ...(plan && { plan }), ...(guards && { guards }) };
  }

  async attempt(request: AttemptRequest, label: AttemptLabel): Promise<AttemptOutcome> {
    const asked = { request, label };
    const cancelled = this.#cancelled.then(() => cancelledAttempt(request));
    return Promise.race([this.#answers.attempt(asked, this.attempts.push(asked), this), cancelled]);
  }

  async guard(request: GuardRequest, label: CallLabel): Promise<GuardOutcome> {
    this.guarded.push({ request, label });
    const verdict = { guardrail: request.guardrail, outcome: "passed", durationMs: 0 } as const;
    return (
      this.#answers.guard?.(request, label) ?? {
        ok: true,
        value: { verdict: { ...verdict, direction: request.reply ? "output" : "input" } },
      }
    );
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

  runPart(): Promise<never> {
    throw new Error("no test of this host runs a large map");
  }

  keepVerdicts(verdicts: Verdicts): void {
    for (const [id, verdict] of Object.entries(verdicts)) {
      this.verdicts.set(id, { ...this.verdicts.get(id), ...verdict });
    }
  }

  async reward(report: Omit<RewardReport, "graph">): Promise<void> {
    this.rewards.push(report);
  }

  /** Of parts inside parts, the outermost decides: no test needs more. */
  async isolate<T>(part: (host: Host) => Promise<T>): Promise<T> {
    try {
      return await part(this);
    } finally {
      this.#cancel();
    }
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
    run: { graph: "asking", record, progress: new Progress(), gate: new Gate(), endsAt: runMs },
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

/** An attempt of which nothing comes until it is cancelled. */
export function stall(): Promise<never> {
  return new Promise(() => {});
}

/** A call in flight that is given up, and may be billed. */
function cancelledAttempt({ model }: AttemptRequest): AttemptOutcome {
  const charge = { inputTokens: 10, outputTokens: 4_096, mayBeBilled: true } as const;
  const base = { model, kind: "cancelled", tries: 1, durationMs: 3 } as const;
  const message = `${model}: the run no longer needs the answer`;
  return {
    ok: false,
    failure: { ...base, ...charge, message },
    cancellation: new Error("cancelled"),
  };
}

/** A model of alias `writer`. */
export function writerCandidate(model: string, more: Partial<Candidate> = {}): Candidate {
  return { model, alias: "writer", score: 0, reason: "listed", ...more };
}

/** Says what type it has. */
export function answering(attempt: FakeAnswers["attempt"]): FakeAnswers["attempt"] {
  return attempt;
}

export function idsOf(attempts: readonly AskedAttempt[]): readonly string[] {
  return attempts.map(({ label }) => label.id);
}
