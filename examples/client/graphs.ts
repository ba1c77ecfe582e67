/** A graph of one step, to be started in several ways. */

import { kit } from "signalbox";
import { z } from "zod";
import type config from "./signalbox.config.ts";

const { graph } = kit<typeof config>();

export const hello = graph({ id: "hello", input: z.object({ name: z.string() }) }).step("greet", {
  model: "small",
  output: z.object({ text: z.string() }),
  prompt: ({ input }) => `Greet ${input.name}`,
});
