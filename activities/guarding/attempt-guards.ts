/** The guardrails of one attempt: what goes to the model, what it writes while it writes, and what came of it. */

import type { GuardContext, ModelReply } from "../../plugins/contract.ts";
import type { AttemptReply, AttemptRequest } from "../contract.ts";
import type { CallHost } from "../watch-call.ts";
import type { NamedGuardrail } from "./check-content.ts";
import { guard, type Guarding } from "./guard.ts";
import { localGuardrails, type GuardAccess } from "./guardrails.ts";
import { Placeholders } from "./placeholders.ts";
import { GuardedConversation, GuardedReply } from "./subjects.ts";
import type { GuardVerdict } from "./verdict.ts";

type Guarded = Pick<AttemptRequest, "step" | "model" | "messages" | "guard" | "waived">;

export class AttemptGuards {
  readonly #request: Guarded;
  readonly #host: CallHost;
  readonly #verdicts: GuardVerdict[];
  readonly #input: readonly NamedGuardrail[];
  readonly #output: readonly NamedGuardrail[];
  readonly #conversation: GuardedConversation;
  readonly #placeholders: Placeholders;
  /** Those that look while a reply is written. */
  readonly #windowed: readonly NamedGuardrail[];

  /**
   * @param verdicts - every look is added to it.
   * @throws {ApplicationFailure} CONFIG_UNKNOWN_GUARDRAIL
   */
  constructor(request: Guarded, access: GuardAccess, host: CallHost, verdicts: GuardVerdict[]) {
    this.#request = request;
    this.#host = host;
    this.#verdicts = verdicts;
    this.#input = localGuardrails("input", request.guard, access);
    this.#output = localGuardrails("output", request.guard, access);
    this.#conversation = new GuardedConversation(request.messages);
    this.#placeholders = new Placeholders(this.#redacts() ? this.#conversation.content().text : "");
    this.#windowed = this.#output.filter((named) => this.#endsCall(named));
  }

  /**
   * The messages as they may be sent.
   *
   * @throws {GuardrailError}
   */
  async messages(): Promise<AttemptRequest["messages"]> {
    // Nothing was sent, so nothing can be billed.
    const guarding = this.#guarding(this.#input, { mayBeBilled: false });
    const [escalated] = await guard(this.#conversation, guarding);
    if (escalated !== undefined) throw escalated;
    return this.#conversation.turns;
  }

  /** Whether the reply is looked at while it is written. */
  get watchesStream(): boolean {
    return this.#windowed.length > 0;
  }

  /**
   * Looks at the end of what was written so far, as far back as findings can reach.
   *
   * @throws {GuardrailError}
   */
  async written(text: string, since: number): Promise<void> {
    for (const named of this.#windowed) {
      const from = Math.max(0, since - (named.guardrail.windowChars ?? 0));
      const reply = new GuardedReply({ value: text.slice(from) });
      const guarding = { ...this.#guarding([named], {}), record: recordFound(this.#verdicts) };
      await guard(reply, guarding);
    }
  }

  /**
   * The reply as the workflow may have it, with what was redacted put back where the user wants that.
   *
   * @throws {GuardrailError}
   */
  async reply(
    read: Pick<AttemptReply, "value" | "toolCalls">,
    { requestId, usage, costUsd }: ModelReply,
  ): Promise<Pick<AttemptReply, "value" | "toolCalls" | "escalated">> {
    if (this.#output.length === 0 && !this.#redacts()) return read;
    const reply = new GuardedReply(read);
    const guarding = this.#guarding(this.#output, { requestId, usage, costUsd });
    const escalated = await guard(reply, guarding);
    reply.map((text) => this.#placeholders.restore(text));
    const { value, toolCalls } = reply;
    return {
      ...(value !== undefined && { value }),
      ...(toolCalls && { toolCalls }),
      ...(escalated.length > 0 && { escalated: escalated.map(({ stop }) => stop) }),
    };
  }

  #guarding(guardrails: readonly NamedGuardrail[], details: Guarding["details"]): Guarding {
    const { waived = [] } = this.#request;
    return {
      guardrails,
      context: this.#context(guardrails === this.#input),
      waived,
      placeholders: this.#placeholders,
      host: this.#host,
      record: (verdict) => this.#verdicts.push(verdict),
      details,
    };
  }

  #context(isInput: boolean): Omit<GuardContext, "signal"> {
    const { step, model } = this.#request;
    return isInput ? { step, model } : { step, model, conversation: this.#conversation.content() };
  }

  /** Whether it would end the call by a part of a reply: what is flagged or redacted is seen to when it is whole. */
  #endsCall({
    name,
    guardrail: { windowChars, action = "block", places },
  }: NamedGuardrail): boolean {
    const { waived = [] } = this.#request;
    return (
      windowChars !== undefined &&
      ["block", "retry", "fallback"].includes(action) &&
      (places?.includes("output") ?? true) &&
      !waived.includes(name)
    );
  }

  #redacts(): boolean {
    return [...this.#input, ...this.#output].some(({ guardrail }) => guardrail.action === "redact");
  }
}

/** So many characters are worth a look: one at every token would look at each a hundred times. */
const LOOK_EVERY_CHARS = 200;

/** Looks at a reply while it is written, every few words. */
export class StreamGuard {
  readonly #guards: AttemptGuards;
  #text = "";
  #seen = 0;

  constructor(guards: AttemptGuards) {
    this.#guards = guards;
  }

  /** @throws {GuardrailError} */
  async read(text: string): Promise<void> {
    this.#text += text;
    if (this.#text.length - this.#seen < LOOK_EVERY_CHARS) return;
    const since = this.#seen;
    this.#seen = this.#text.length;
    await this.#guards.written(this.#text, since);
  }
}

/** A window that passed says nothing yet. */
function recordFound(verdicts: GuardVerdict[]): Guarding["record"] {
  return (verdict) => {
    if (verdict.outcome !== "passed") verdicts.push(verdict);
  };
}
