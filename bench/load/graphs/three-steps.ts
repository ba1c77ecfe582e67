/** Classify, draft, review: the graph that is compared with workflows written by hand. Bundled for the workflow sandbox. */

import { kit } from "signalbox";
import { z } from "zod";

const { graph } = kit<{ readonly models: { readonly small: unknown; readonly writer: unknown } }>();

export const threeSteps = graph({ id: "threeSteps", input: z.object({ body: z.string() }) })
  .step("triage", {
    model: "small",
    output: z.object({ kind: z.enum(["card", "other"]) }),
    prompt: ({ input }) => `Classify: ${input.body}`,
  })
  .step("draft", {
    model: "writer",
    output: z.object({ text: z.string() }),
    prompt: ({ input, triage }) => `Answer (${triage.kind}): ${input.body}`,
  })
  .step("review", {
    model: "small",
    output: z.object({ fit: z.boolean() }),
    prompt: ({ draft }) => `Fit? ${draft.text}`,
  });
