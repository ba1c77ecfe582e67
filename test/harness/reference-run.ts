/**
 * What a run of a random graph has to come to, worked out one step after the other from its plan: no promises, no clock,
 * nothing of the interpreter.
 */

import { FAILURE_POLICIES, type FailureKind } from "../../graph/failure-kinds.ts";
import type { JsonSchema } from "../../graph/schema.ts";
import type { ToolOffer, Turn } from "../../plugins/contract.ts";
import {
  caseOf,
  codeValue,
  customerOf,
  isTaken,
  itemsOf,
  promptOf,
  type CallPlan,
  type FlowPlan,
  type MapPlan,
  type RandomInput,
  type RefinePlan,
  type StepPlan,
} from "./random-graph.ts";
import { balanceOf, behaviourOf, replyTo } from "./random-world.ts";

/** An attempt as far as it does not depend on time. */
export interface ReferenceAttempt {
  readonly step: string;
  readonly model: string;
  readonly fallback: number;
  readonly status: "completed" | "failed";
  readonly tries: number;
  readonly kind?: FailureKind;
}

export interface ReferenceRun {
  /** Of the last step. Means nothing where something failed for good. */
  readonly result: unknown;
  /** Steps that would end the run. Which of several is first depends on time. */
  readonly failures: readonly ReferenceFailure[];
  /** Of every step that could be reached, also beside one that failed. */
  readonly attempts: readonly ReferenceAttempt[];
  /** Whether every attempt is made whatever comes first: nothing has failed for good, not even what was collected. */
  readonly isWhole: boolean;
}

export interface ReferenceFailure {
  /** The step's path. */
  readonly step: string;
  readonly code: "RUN_NO_CANDIDATE_LEFT" | "RUN_TOOL_FAILED";
}

/** Works out a run of the graph with this plan, in the world of this seed. */
export function workOut(plan: FlowPlan, input: RandomInput, seed: number): ReferenceRun {
  const run = new Reference(seed);
  const { value, failures } = run.flow(plan, "", { input });
  return { result: value, failures, attempts: run.attempts, isWhole: !run.hasFailed };
}

type View = Readonly<Record<string, unknown>>;

/** The value means something only where there are no failures. */
interface Outcome {
  readonly value: unknown;
  readonly failures: readonly ReferenceFailure[];
}

const MODELS = { small: ["a"], writer: ["b", "c"] } as const;
const FORMS: Readonly<Record<CallPlan["form"], JsonSchema | undefined>> = {
  text: undefined,
  object: { properties: { said: {} } },
  verdict: { properties: { good: {} } },
};
const FIND_ACCOUNT: ToolOffer = { name: "findAccount", description: "", input: {} };

class Reference {
  readonly #seed: number;
  readonly attempts: ReferenceAttempt[] = [];
  hasFailed = false;

  constructor(seed: number) {
    this.#seed = seed;
  }

  flow({ steps }: FlowPlan, path: string, outer: View): Outcome {
    const values = new Map<string, unknown>();
    const failures: ReferenceFailure[] = [];
    for (const step of steps) {
      const seen = [...ancestorsOf(step.id, steps)];
      if (!seen.every((id) => values.has(id))) continue;
      const view = { ...outer, ...Object.fromEntries(seen.map((id) => [id, values.get(id)])) };
      const outcome = this.step(step, `${path}${step.id}`, view);
      failures.push(...outcome.failures);
      if (outcome.failures.length === 0) values.set(step.id, outcome.value);
    }
    return { value: values.get(steps.at(-1)?.id ?? ""), failures };
  }

  step(step: StepPlan, path: string, view: View): Outcome {
    switch (step.kind) {
      case "code":
        return done(codeValue(step.id, view));
      case "tool":
        return this.tool(path, view);
      case "step":
        return this.call(step.call, path, view);
      case "maybe":
        return isTaken(view) ? this.call(step.call, path, view) : done(undefined);
      case "branch": {
        const name = caseOf(Object.keys(step.cases), view);
        const { value, failures } = this.flow(step.cases[name]!, `${path}/${name}/`, view);
        return { value: { case: name, value }, failures };
      }
      case "map":
        return this.map(step, path, view);
      case "refine":
        return this.refine(step, path, view);
    }
  }

  tool(path: string, view: View): Outcome {
    const balance = balanceOf(customerOf(view).customer);
    return balance === undefined ? this.fail(path, "RUN_TOOL_FAILED") : done({ balance });
  }

  map({ count, onItemFailure, each }: MapPlan, path: string, view: View): Outcome {
    const outcomes = itemsOf(count, view).map((item, index) =>
      this.flow(each, `${path}[${index}]/`, { ...view, item, index }),
    );
    if (onItemFailure === "fail") {
      const failures = outcomes.flatMap((outcome) => outcome.failures);
      return { value: outcomes.map(({ value }) => value), failures };
    }
    return done(
      outcomes.map(({ value, failures }, index) =>
        failures.length === 0 ? { ok: true, value, index } : { ok: false, index },
      ),
    );
  }

  refine({ maxRounds, write, review }: RefinePlan, path: string, view: View): Outcome {
    let last: { readonly draft: unknown; readonly review: unknown } | undefined;
    for (let round = 1; ; round++) {
      const draft = this.call(write, `${path}[${round}]/write`, { ...view, round, last });
      if (draft.failures.length > 0) return draft;
      const seen = { ...view, round, draft: draft.value };
      const verdict = this.call(review, `${path}[${round}]/review`, seen);
      if (verdict.failures.length > 0) return verdict;
      last = { draft: draft.value, review: verdict.value };
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The form of a review.
      const { good } = verdict.value as { readonly good: boolean };
      if (good || round >= maxRounds) return done({ ...last, rounds: round, accepted: good });
    }
  }

  call(plan: CallPlan, path: string, view: View): Outcome {
    const turns: Turn[] = [{ role: "user", content: promptOf(view) }];
    for (const [fallback, model] of MODELS[plan.model].entries()) {
      const base = { step: path, model: `random/${model}`, fallback };
      const behaviour = behaviourOf(this.#seed, path, model);
      if (behaviour === "good" || behaviour === "flaky") {
        return done(this.converse(plan, { base, turns, model, isFlaky: behaviour === "flaky" }));
      }
      const kind = behaviour === "stall" ? "timeout" : behaviour;
      const { retries, tryNextModel, mayBeBilled } = FAILURE_POLICIES[kind];
      // What may be billed is an attempt of its own each time.
      const [count, tries] = mayBeBilled ? [retries + 1, 1] : [1, retries + 1];
      for (let made = 0; made < count; made++) {
        this.attempts.push({ ...base, status: "failed", tries, kind });
      }
      if (!tryNextModel) break;
    }
    return this.fail(path, "RUN_NO_CANDIDATE_LEFT");
  }

  /** Rounds of tools, until the model answers. */
  converse({ form, toolRounds }: CallPlan, conversation: Conversation): unknown {
    const { base, turns, model, isFlaky } = conversation;
    for (let round = 0; ; round++) {
      const tries = isFlaky && round === 0 ? 2 : 1;
      this.attempts.push({ ...base, status: "completed", tries });
      const tools = round < toolRounds ? [FIND_ACCOUNT] : [];
      const reply = replyTo({ model, messages: turns, outputSchema: FORMS[form], tools });
      if ("value" in reply) return reply.value;
      const { id, tool, input } = reply.call;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The input that `replyTo` gives.
      const balance = balanceOf((input as { readonly customer: string }).customer);
      const output = balance === undefined ? { error: "no such customer" } : { balance };
      turns.push({ role: "assistant", toolCalls: [reply.call] });
      turns.push({ role: "tool", toolCallId: id, tool, output });
    }
  }

  fail(step: string, code: ReferenceFailure["code"]): Outcome {
    this.hasFailed = true;
    return { value: undefined, failures: [{ step, code }] };
  }
}

interface Conversation {
  readonly base: Pick<ReferenceAttempt, "step" | "model" | "fallback">;
  readonly turns: Turn[];
  readonly model: string;
  readonly isFlaky: boolean;
}

function done(value: unknown): Outcome {
  return { value, failures: [] };
}

/** What a step needs, and everything that needs in turn. */
export function ancestorsOf(id: string, steps: readonly StepPlan[]): ReadonlySet<string> {
  const ancestors = new Set<string>();
  for (const need of needsOf(id, steps)) {
    ancestors.add(need);
    for (const earlier of ancestorsOf(need, steps)) ancestors.add(earlier);
  }
  return ancestors;
}

/** The needs that were given, or the step before. */
export function needsOf(id: string, steps: readonly StepPlan[]): readonly string[] {
  const index = steps.findIndex((step) => step.id === id);
  const before = steps[index - 1];
  return steps[index]?.needs ?? (before ? [before.id] : []);
}
