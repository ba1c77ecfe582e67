/** The guardrails of one step that are calls of their own, and the people who decide what guardrails leave to them. */

import type {
  AttemptReply,
  GuardReply,
  GuardStop,
  GuardVerdict,
  ModelGuard,
  Route,
  Turn,
} from "../activities/contract.ts";
import type { ModelCallDefinition } from "../graph/definition.ts";
import { describeLook } from "../graph/guard-words.ts";
import { createAllowSchema } from "../graph/judgement.ts";
import { nameWait } from "../graph/timer-words.ts";
import { guardrailBlocked, type Tried } from "./give-up.ts";
import { answerOf, judgeContent } from "./guard-judge.ts";
import type { StepTime } from "./asking.ts";
import { receive } from "./receive.ts";
import type { StepContext } from "./step-context.ts";

/** The step that is guarded. */
export interface GuardedStep {
  readonly call: ModelCallDefinition;
  readonly context: StepContext;
  readonly route: Pick<Route, "guards">;
  readonly time: StepTime;
  readonly tried: Tried;
  /** Makes a model call beside the step's own. */
  readonly consult: (call: ModelCallDefinition, part: string) => Promise<unknown>;
}

/** What guardrails made of a reply: what is left of it, or what stands in its way. */
export interface GuardedOutcome {
  readonly reply: AttemptReply;
  readonly stop?: NonNullable<GuardReply["stop"]>;
}

/** What a guardrail is shown. */
export interface Subject {
  readonly messages: readonly Turn[];
  /** Absent: it is about the messages. */
  readonly reply?: AttemptReply;
  /** The model that gave the reply. */
  readonly model?: string;
}

/** A reply that guardrails look at. */
export type GuardedAttempt = Required<Subject>;

export class StepGuards {
  readonly #step: GuardedStep;
  readonly #waived = new Set<string>();
  #looks = 0;
  #questions = 0;
  /** What was said of the conversation as it is now. */
  #verdicts: readonly GuardVerdict[] = [];

  constructor(step: GuardedStep) {
    this.#step = step;
  }

  /** What attempts are told: whom somebody let pass, and what was said of the messages. */
  get known(): { readonly waived?: readonly string[]; readonly guards?: readonly GuardVerdict[] } {
    return {
      ...(this.#waived.size > 0 && { waived: [...this.#waived] }),
      ...(this.#verdicts.length > 0 && { guards: this.#verdicts }),
    };
  }

  /**
   * Has them look at what will be sent. What they redact is changed in `turns`.
   *
   * @throws {RunError} RUN_GUARDRAIL_BLOCKED
   */
  async lookAtConversation(turns: Turn[]): Promise<void> {
    const verdicts: GuardVerdict[] = [];
    for (const guard of this.#step.route.guards?.input ?? []) {
      const looked = await this.#look(guard, { messages: turns });
      verdicts.push(this.#verdictOf(guard, looked));
      if (looked.messages) turns.splice(0, Infinity, ...looked.messages);
      const { stop } = looked;
      if (stop === undefined || this.#waived.has(guard.name)) continue;
      if (await this.isAllowed([stop], { messages: turns })) continue;
      throw guardrailBlocked(this.#step.context, this.#step.tried, stop.message);
    }
    this.#verdicts = verdicts;
  }

  /** Whether a reply has to wait for somebody's word. */
  concerns({ escalated }: AttemptReply): boolean {
    return escalated !== undefined || (this.#step.route.guards?.output.length ?? 0) > 0;
  }

  /** Has them look at a reply that is paid for: whatever they say, it is not asked for again because of them. */
  async lookAtReply(attempt: GuardedAttempt): Promise<GuardedOutcome> {
    const { escalated = [] } = attempt.reply;
    let { reply } = attempt;
    const [first] = escalated;
    if (first && !(await this.isAllowed(escalated, { reply: reply.value }))) {
      return { reply, stop: declined(first, reply) };
    }
    for (const guard of this.#step.route.guards?.output ?? []) {
      const looked = await this.#look(guard, { ...attempt, reply });
      const { stop } = looked;
      if (looked.reply) reply = { ...reply, ...looked.reply };
      reply = { ...reply, guards: [...(reply.guards ?? []), this.#verdictOf(guard, looked)] };
      if (stop === undefined || this.#waived.has(guard.name)) continue;
      if (stop.action !== "escalate") return { reply, stop };
      if (!(await this.isAllowed([stop], { reply: reply.value }))) {
        return { reply, stop: { ...stop, action: "block" } };
      }
    }
    return { reply };
  }

  /** Asks a person, where the guardrails leave it to one; a yes holds for the whole step. */
  async isAllowed(stops: readonly GuardStop[], subject: object): Promise<boolean> {
    if (!stops.every(({ action }) => action === "escalate")) return false;
    const { context, time } = this.#step;
    const { host, path, run } = context;
    const since = host.now();
    const number = ++this.#questions;
    // No step can have such an id.
    const step = `${path}/$guard${number === 1 ? "" : `[${number}]`}`;
    const names = stops.map(({ guardrail }) => guardrail);
    const question = receive(
      {
        kind: "approval",
        step,
        schema: createAllowSchema(),
        show: {
          question: `May this pass? ${names.map((name) => `"${name}"`).join(", ")} found something.`,
          guardrails: stops,
          step: path,
          ...subject,
        },
        timeoutMs: undefined,
      },
      context,
      nameWait(step, "approval", "what a guardrail found"),
    );
    const received = await run.gate.whileLong(question);
    time.endsAt = Math.min(time.endsAt + host.now() - since, run.endsAt);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Its schema has just accepted it.
    const isAllowed = (received?.value as { readonly allow: boolean } | undefined)?.allow ?? false;
    if (isAllowed) for (const name of names) this.#waived.add(name);
    return isAllowed;
  }

  #look(guard: ModelGuard, subject: Subject): Promise<GuardReply> {
    const number = ++this.#looks;
    // Ids of calls are unique in a run, and no step, judge or attempt is named like that.
    const part = `?guard.${guard.name}${number === 1 ? "" : `[${number}]`}`;
    const { judge } = guard;
    return judge
      ? judgeContent({ ...guard, judge }, subject, { ...this.#step, part })
      : this.#ask(guard, subject, part);
  }

  async #ask(
    guard: ModelGuard,
    { messages, reply, model }: Subject,
    part: string,
  ): Promise<GuardReply> {
    const { path, host } = this.#step.context;
    const { name, timeoutMs } = guard;
    const { value, toolCalls } = reply ?? {};
    const request = {
      guardrail: name,
      step: path,
      messages: [...messages],
      ...(model !== undefined && { model }),
      ...(reply && { reply: { value, ...(toolCalls && { toolCalls }) } }),
    };
    const since = host.now();
    const outcome = await host.guard(request, {
      id: `${path}${part}`,
      summary: `${path} · guardrail ${name}`,
      timeLeftMs: this.#step.time.endsAt - since,
      deadlineMs: timeoutMs,
    });
    if (outcome.ok) return outcome.value;
    const durationMs = host.now() - since;
    const { message } = outcome.error;
    return answerOf(
      guard,
      { outcome: "failed", why: message, durationMs },
      reply ? "output" : "input",
    );
  }

  #verdictOf({ name }: ModelGuard, { verdict }: GuardReply): GuardVerdict {
    const isWaived = verdict.outcome === "found" && this.#waived.has(name);
    return isWaived ? { ...verdict, action: "flag", isWaived: true } : verdict;
  }
}

/** Somebody has said no. */
function declined(
  { guardrail, direction }: GuardStop,
  { guards = [] }: AttemptReply,
): NonNullable<GuardReply["stop"]> {
  const findings = guards.find((verdict) => verdict.guardrail === guardrail)?.findings;
  const found = describeLook({ guardrail, direction, findings });
  const message = `${found}, and it was not let pass`;
  return { guardrail, direction, action: "block", message, correction: found };
}
