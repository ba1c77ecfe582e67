/** The graph that joins the workflows that were there before. */

import { kit } from "signalbox";
import { z } from "zod";
import type config from "./signalbox.config.ts";

const { graph } = kit<typeof config>();

export const reminder = graph({ id: "reminder", input: z.object({ customer: z.string() }) }).step(
  "write",
  {
    model: "writer",
    output: z.object({ text: z.string() }),
    prompt: ({ input }) => `Remind ${input.customer} of the invoice.`,
  },
);
