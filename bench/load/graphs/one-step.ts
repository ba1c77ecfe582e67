/** One call, and one for each item of a list: replies are taken as they are. Bundled for the workflow sandbox. */

import { kit } from "signalbox";
import { z } from "zod";

const { graph } = kit<{ readonly models: { readonly small: unknown; readonly writer: unknown } }>();

export const oneStep = graph({ id: "oneStep", input: z.object({ say: z.string() }) }).step("ask", {
  model: "small",
  output: z.string(),
  prompt: ({ input }) => input.say,
});

export const oneStepLocal = graph({
  id: "oneStepLocal",
  input: z.object({ say: z.string() }),
}).step("ask", {
  model: "small",
  output: z.string(),
  placement: "local",
  prompt: ({ input }) => input.say,
});

export const manyItems = graph({ id: "manyItems", input: z.array(z.string()) })
  .map("items", {
    over: ({ input }) => input,
    concurrency: 8,
    each: (item) =>
      item.step("ask", { model: "small", output: z.string(), prompt: (view) => view.item }),
  })
  .code("count", { run: ({ items }) => items.length });
