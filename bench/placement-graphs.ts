/** One model call, placed in either way. */

import { kit } from "signalbox";
import { z } from "zod";

const { graph } = kit<{ readonly models: { readonly writer: unknown } }>();

const input = z.object({ say: z.string() });

export const askingAsActivity = graph({ id: "askingAsActivity", input }).step("ask", {
  model: "writer",
  output: z.string(),
  prompt: ({ input: { say } }) => say,
});

export const askingLocally = graph({ id: "askingLocally", input }).step("ask", {
  model: "writer",
  output: z.string(),
  placement: "local",
  prompt: ({ input: { say } }) => say,
});
