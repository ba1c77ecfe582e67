/** One guardrail that asks by itself, such as a moderation service: looks at a conversation or a reply, apart from any attempt. */

import type { GuardReply, GuardRequest } from "../contract.ts";
import type { CallHost } from "../watch-call.ts";
import { readConversation } from "./content.ts";
import { guard, GuardrailError } from "./guard.ts";
import { findCheck, type GuardAccess } from "./guardrails.ts";
import { Placeholders } from "./placeholders.ts";
import { GuardedConversation, GuardedReply } from "./subjects.ts";
import type { GuardVerdict } from "./verdict.ts";

/**
 * What it says.
 *
 * @throws {ApplicationFailure} CONFIG_UNKNOWN_GUARDRAIL
 */
export async function callGuardrail(
  { guardrail: name, step, model = "", messages, reply }: GuardRequest,
  access: GuardAccess,
  host: CallHost,
): Promise<GuardReply> {
  const named = { name, guardrail: findCheck(name, access) };
  const conversation = readConversation(messages);
  const subject = reply ? new GuardedReply(reply) : new GuardedConversation(messages);
  const verdicts: GuardVerdict[] = [];
  const stop = await stopOf(async () => {
    const [escalated] = await guard(subject, {
      guardrails: [named],
      context: { step, model, ...(reply && { conversation }) },
      waived: [],
      placeholders: new Placeholders(`${conversation.text}\n${subject.content().text}`),
      host,
      record: (verdict) => verdicts.push(verdict),
      details: {},
    });
    return escalated;
  });
  const [verdict] = verdicts;
  if (verdict === undefined) throw new Error(`guardrail "${name}" did not look`);
  const isChanged = verdict.action === "redact";
  return {
    verdict,
    ...(stop && { stop: { ...stop.stop, message: stop.message, correction: stop.correction } }),
    ...(isChanged && whatIsLeft(subject)),
  };
}

async function stopOf(
  look: () => Promise<GuardrailError | undefined>,
): Promise<GuardrailError | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof GuardrailError) return error;
    throw error;
  }
}

function whatIsLeft(
  subject: GuardedConversation | GuardedReply,
): Pick<GuardReply, "messages" | "reply"> {
  if (subject instanceof GuardedConversation) return { messages: subject.turns };
  const { value, toolCalls } = subject;
  return { reply: { ...(value !== undefined && { value }), ...(toolCalls && { toolCalls }) } };
}
