/** What `load/graphs/three-steps.ts` does, with `@temporalio/ai-sdk`, as its documentation shows it. For the workflow sandbox. */

import { TemporalProvider } from "@temporalio/ai-sdk/workflow";
import { generateText, Output } from "ai";
import { z } from "zod";

// Its own defaults leave retries without an end; these are those of the workflow written by hand.
const provider = new TemporalProvider({
  languageModel: {
    startToCloseTimeout: "70 seconds",
    scheduleToCloseTimeout: "10 minutes",
    retry: {
      maximumAttempts: 8,
      initialInterval: "250 milliseconds",
      maximumInterval: "5 seconds",
    },
  },
});
const Triage = z.object({ kind: z.enum(["card", "other"]) });
const Draft = z.object({ text: z.string() });
const Review = z.object({ fit: z.boolean() });

export async function aiSdk(ticket) {
  const { kind } = await ask(`Classify: ${ticket.body}`, Triage);
  const { text } = await ask(`Answer (${kind}): ${ticket.body}`, Draft);
  return ask(`Fit? ${text}`, Review);
}

async function ask(prompt, schema) {
  const model = provider.languageModel("one");
  // Temporal repeats what fails: the SDK must not, too.
  const { output } = await generateText({
    model,
    prompt,
    output: Output.object({ schema }),
    maxRetries: 0,
  });
  return output;
}
