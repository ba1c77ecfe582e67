/** The complaints graph: every verb of the language in one case. Bundled for the workflow sandbox. */

import { kit } from "signalbox";
import { z } from "zod";
import type config from "./signalbox.config.ts";

const { graph, step } = kit<typeof config>();

const Complaint = z.object({
  customer: z.string(),
  body: z.string().min(1),
  attachments: z.array(z.string()).default([]),
});

const Letter = z.object({ text: z.string(), refundEur: z.number().min(0).default(0) });

/** Defined apart: `complaint` and `translation` both use it. */
const translate = step({
  input: z.object({ text: z.string() }),
  model: "small",
  output: z.object({ text: z.string() }),
  prompt: ({ input }) => `Translate into plain English, keep the meaning.\nText: ${input.text}`,
});

/** Runs by itself, or as a child of `complaint`. */
export const translation = graph({
  id: "translation",
  input: z.object({ text: z.string() }),
}).step("translate", translate);

export const complaint = graph({
  id: "complaint",
  version: "1",
  input: Complaint,
  defaults: { model: "small", deadline: "30 seconds" },
})
  .step("triage", {
    output: z.object({ kind: z.enum(["refund", "bug", "praise"]), isEnglish: z.boolean() }),
    prompt: ({ input }) => `Classify this complaint.\nText: ${input.body}`,
  })
  // Starts at once, beside the triage: it needs nothing of it.
  .map("files", {
    needs: [],
    over: ({ input }) => input.attachments,
    concurrency: 3,
    onItemFailure: "collect",
    each: (flow) =>
      flow.step("gist", {
        output: z.object({ gist: z.string() }),
        prompt: ({ item }) => `Summarise in one sentence.\nText: ${item}`,
      }),
  })
  .maybe("english", {
    needs: ["triage"],
    when: ({ triage }) => !triage.isEnglish,
    ...translate.from(({ input }: { input: { body: string } }) => ({ text: input.body })),
  })
  // Exhaustive: forget a kind and it does not compile.
  .branch("facts", {
    needs: ["triage", "english"],
    on: ({ triage }) => triage.kind,
    cases: {
      refund: (flow) =>
        flow.tool("payments", {
          tool: "findPayments",
          input: ({ input }) => ({ customer: input.customer }),
        }),
      bug: (flow) =>
        flow.step("steps", {
          model: "writer",
          tools: ["findPayments"],
          output: z.object({ steps: z.array(z.string()) }),
          prompt: ({ input, english }) =>
            `How can this be reproduced?\nText: ${english?.text ?? input.body}`,
        }),
      praise: (flow) => flow.code("none", { run: () => ({ note: "nothing to look up" }) }),
    },
  })
  // Write, review, write again: at most three rounds.
  .refine("letter", {
    needs: ["facts", "files"],
    maxRounds: 3,
    write: {
      model: "writer",
      output: Letter,
      prompt: ({ input, facts, files, last }) =>
        [
          `Answer the complaint of ${input.customer}.`,
          `Facts: ${JSON.stringify(facts.value)}`,
          ...files.map((file) => (file.ok ? `File: ${file.value.gist}` : "File: unreadable")),
          ...(last ? [`Mend: ${last.review.problems.join("; ")}`] : []),
          `Text: ${input.body}`,
        ].join("\n"),
    },
    review: {
      output: z.object({ good: z.boolean(), problems: z.array(z.string()) }),
      prompt: ({ draft }) => `Is this letter fit to send?\nText: ${draft.text}`,
    },
    accept: (review) => review.good,
  })
  // Asked only where it costs money; nobody answers in two days: no.
  .approval("signoff", {
    when: ({ letter }) => letter.draft.refundEur > 50,
    otherwise: { approved: true },
    timeout: "2 days",
    onTimeout: { approved: false },
    decision: z.object({ approved: z.boolean() }),
    show: ({ input, letter }) => ({ customer: input.customer, letter: letter.draft }),
  })
  .wait("coolingOff", { duration: "1 second" })
  .wait("sent", {
    event: z.object({ at: z.iso.datetime() }),
    timeout: "1 second",
    onTimeout: { at: "1970-01-01T00:00:00Z" },
  })
  .sub("plain", { graph: translation, input: ({ letter }) => ({ text: letter.draft.text }) })
  .code("answer", {
    run: ({ triage, letter, signoff, plain }) => ({
      kind: triage.kind,
      text: signoff.approved ? plain.text : "A colleague will get back to you.",
      rounds: letter.rounds,
      refundEur: signoff.approved ? letter.draft.refundEur : 0,
    }),
  });
