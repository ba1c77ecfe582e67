/** The graphs of the fault matrix, with every setting as it is by default. Bundled for the workflow sandbox. */

import { kit } from "signalbox";
import { z } from "zod";

const { graph } = kit<{ readonly models: { readonly writer: unknown; readonly small: unknown } }>();

const input = z.object({ say: z.string() });

export const plainReply = graph({ id: "plainReply", input }).step("ask", {
  model: "writer",
  output: z.string(),
  prompt: ({ input: { say } }) => say,
});

export const streamedReply = graph({ id: "streamedReply", input }).step("ask", {
  model: "writer",
  output: z.string(),
  stream: true,
  prompt: ({ input: { say } }) => say,
});

/** Of an upstream that nobody listens at. */
export const noUpstream = graph({ id: "noUpstream", input }).step("ask", {
  model: "small",
  output: z.string(),
  prompt: ({ input: { say } }) => say,
});
