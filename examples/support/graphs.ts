/** The support graph: triage a customer's question, draft a reply, review it. Bundled for the workflow sandbox. */

import { kit } from "signalbox";
import { z } from "zod";
import type config from "./signalbox.config.ts";

const { graph } = kit<typeof config>();

const Ticket = z.object({ id: z.string(), body: z.string().min(1) });
const Triage = z.object({
  kind: z.enum(["card", "transfer", "top_up", "cash", "exchange", "fee", "account", "other"]),
  urgent: z.boolean(),
});
const Draft = z.object({ text: z.string() });
const Review = z.object({ fit: z.boolean(), reason: z.string() });
const Answer = z.object({ kind: Triage.shape.kind, text: z.string() });

export const support = graph({ id: "support", version: "1", input: Ticket })
  .step("triage", {
    model: "small",
    output: Triage,
    prompt: ({ input }) => `Classify this question of a bank's customer.\nQuestion: ${input.body}`,
  })
  .step("draft", {
    model: "writer",
    output: Draft,
    prompt: ({ input, triage }) =>
      `Answer this ${triage.kind} question of a bank's customer in two or three sentences.\nQuestion: ${input.body}`,
  })
  .step("review", {
    model: "small",
    output: Review,
    prompt: ({ input, draft }) =>
      `Is this reply fit to send?\nReply: ${draft.text}\nQuestion: ${input.body}`,
  })
  .code("answer", {
    output: Answer,
    run: ({ triage, draft, review }) => ({
      kind: triage.kind,
      text: review.fit ? draft.text : "A colleague will get back to you.",
    }),
  });
