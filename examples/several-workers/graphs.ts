/** A letter, for the example of several workers. */

import { kit } from "signalbox";
import { z } from "zod";
import type config from "./signalbox.config.ts";

const { graph } = kit<typeof config>();

export const letter = graph({
  id: "letter",
  version: "1",
  input: z.object({ to: z.string() }),
}).step("draft", {
  model: "writer",
  output: z.object({ text: z.string() }),
  prompt: ({ input }) => `Write a short letter to ${input.to}.`,
});
