/** The graph of the large map. Bundled for the workflow sandbox. */

import { kit } from "signalbox";
import { z } from "zod";

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();

/** One model call an item; gives how many there were. */
export const largeMap = graph({
  id: "largeMap",
  input: z.object({ items: z.int().min(1) }),
  defaults: { model: "small" },
})
  .code("lines", {
    run: ({ input }) => Array.from({ length: input.items }, (_, index) => `line ${index}`),
  })
  .map("gists", {
    over: ({ lines }) => lines,
    concurrency: 20,
    each: (flow) =>
      flow.step("gist", { output: z.string(), prompt: ({ item }) => `In one line: ${item}` }),
  })
  .code("count", { run: ({ gists }) => gists.length });
