/** The complaints example runs on simulated models: it is there to be read, drawn and tested. */

import { simulated } from "signalbox/providers/simulated";
import { defineConfig, defineTool } from "signalbox/worker";
import { z } from "zod";
import { answerAsSimulated } from "./simulated-answers.ts";

export default defineConfig({
  providers: [simulated({ replies: answerAsSimulated })],
  models: { small: ["simulated/small"], writer: ["simulated/large", "simulated/medium"] },
  tools: {
    findPayments: defineTool({
      description: "Lists the last payments of a customer",
      input: z.object({ customer: z.string() }),
      output: z.object({ payments: z.array(z.object({ amountEur: z.number() })) }),
      // A real one would ask the bank's own system.
      run: async ({ customer }) => ({ payments: [{ amountEur: customer.length * 20 }] }),
    }),
  },
  // Made up, like the models.
  prices: {
    "simulated/small": { inputUsdPerMTok: 0.25, outputUsdPerMTok: 2 },
    "simulated/medium": { inputUsdPerMTok: 1.25, outputUsdPerMTok: 10 },
    "simulated/large": { inputUsdPerMTok: 5, outputUsdPerMTok: 25 },
  },
});
