/** The graph of the event streams: it waits for a decision, so that many watch it while nothing happens. */

import { kit } from "signalbox";
import { z } from "zod";

const { graph } = kit<{ readonly models: { readonly writer: unknown } }>();

export const decided = graph({ id: "decided", input: z.object({ say: z.string() }) }).approval(
  "signoff",
  { decision: z.object({ ok: z.boolean() }), show: ({ input }) => input.say },
);
