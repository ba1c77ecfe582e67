/** Two versions of one graph: a letter is drafted, a person signs it off. The second checks its tone first. */

import { kit } from "signalbox";
import { z } from "zod";
import type config from "./signalbox.config.ts";

const { graph } = kit<typeof config>();

const Request = z.object({ to: z.string(), about: z.string() });
const Draft = z.object({ text: z.string() });
const Decision = z.object({ approved: z.boolean() });

export const letterV1 = graph({ id: "letter", version: "1", input: Request })
  .step("draft", {
    model: "small",
    output: Draft,
    prompt: ({ input }) => `Write a short letter to ${input.to} about ${input.about}.`,
  })
  .approval("signoff", { decision: Decision, show: ({ draft }) => draft.text })
  .code("letter", {
    run: ({ draft, signoff }) => (signoff.approved ? draft.text : "not sent"),
  });

export const letterV2 = graph({ id: "letter", version: "2", input: Request })
  .step("draft", {
    model: "small",
    output: Draft,
    prompt: ({ input }) => `Write a short letter to ${input.to} about ${input.about}.`,
  })
  .step("tone", {
    model: "small",
    output: z.object({ friendly: z.boolean() }),
    prompt: ({ draft }) => `Is this letter friendly?\nLetter: ${draft.text}`,
  })
  .approval("signoff", {
    decision: Decision,
    show: ({ draft, tone }) => `${draft.text} (${tone.friendly ? "friendly" : "not friendly"})`,
  })
  .code("letter", {
    run: ({ draft, tone, signoff }) =>
      signoff.approved && tone.friendly ? draft.text : "not sent",
  });
