/** The graphs. Each export is a Temporal workflow, and its name is the graph's id. */

import { kit } from "signalbox";
import { z } from "zod";
import type config from "./signalbox.config.ts";

const { graph } = kit<typeof config>();

const Article = z.object({ text: z.string().min(1) });
const Points = z.object({ points: z.array(z.string()).min(1).max(5) });
const Headline = z.object({ headline: z.string().min(1) });

/** First the points of a text, then a headline that they bear out. */
export const headline = graph({ id: "headline", version: "1", input: Article })
  .step("points", {
    model: "reader",
    output: Points,
    prompt: ({ input }) =>
      `List the most important points of this text, five at most.\n${input.text}`,
  })
  .step("write", {
    model: "writer",
    output: Headline,
    prompt: ({ points }) =>
      `Write a headline for a text with these points:\n${points.points.join("\n")}`,
  });
