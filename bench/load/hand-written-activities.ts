/**
 * The activities of the workflow written by hand: a call with a deadline, a schema for the reply, and errors that are not
 * worth a retry. What they lack beside Signalbox: other models to fall back to, budgets and prices, guardrails, heartbeats,
 * a journal of paid replies, breakers and limits, a record of routes and attempts.
 */

import { ApplicationFailure, Context } from "@temporalio/activity";
import { z } from "zod";

/** Also what Signalbox gives a call by default. */
const DEADLINE_MS = 60_000;
/** Statuses that may pass. */
const WORTH_A_RETRY: readonly number[] = [408, 409, 425, 429];

const Completion = z.object({
  choices: z
    .array(z.object({ message: z.object({ content: z.string() }), finish_reason: z.string() }))
    .min(1),
});
const Triage = z.object({ kind: z.enum(["card", "other"]) });
const Draft = z.object({ text: z.string() });
const Review = z.object({ fit: z.boolean() });

export function triage(body: string): Promise<z.infer<typeof Triage>> {
  return ask(`Classify: ${body}`, Triage);
}

export function draft(kind: string, body: string): Promise<z.infer<typeof Draft>> {
  return ask(`Answer (${kind}): ${body}`, Draft);
}

export function review(text: string): Promise<z.infer<typeof Review>> {
  return ask(`Fit? ${text}`, Review);
}

async function ask<Reply>(question: string, schema: z.ZodType<Reply>): Promise<Reply> {
  const { cancellationSignal } = Context.current();
  const response = await fetch(`${process.env["BENCH_UPSTREAM"]}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      model: "one",
      messages: [{ role: "user", content: question }],
      response_format: {
        type: "json_schema",
        json_schema: { name: "reply", strict: true, schema: z.toJSONSchema(schema) },
      },
    }),
    signal: AbortSignal.any([cancellationSignal, AbortSignal.timeout(DEADLINE_MS)]),
  });
  if (!response.ok) throw failureOf(response.status);
  const { choices } = Completion.parse(await response.json());
  const [choice] = choices;
  if (choice?.finish_reason !== "stop") throw new Error("The reply is not whole.");
  return schema.parse(JSON.parse(choice.message.content));
}

function failureOf(status: number): Error {
  const message = `The model answered with status ${status}.`;
  const mayPass = status >= 500 || WORTH_A_RETRY.includes(status);
  return mayPass ? new Error(message) : ApplicationFailure.nonRetryable(message);
}
