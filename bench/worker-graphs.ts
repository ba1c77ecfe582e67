/** The graph that `bench/workers.ts` runs: one model call, which may take as long as it likes. */

import { kit } from "signalbox";
import { z } from "zod";

const { graph } = kit<{ readonly models: { readonly writer: unknown } }>();

export const oneCall = graph({
  id: "oneCall",
  version: "1",
  input: z.object({ say: z.string() }),
}).step("ask", {
  model: "writer",
  output: z.object({ text: z.string() }),
  deadline: "30 minutes",
  prompt: ({ input }) => input.say,
});
