/** On a simulated model, so that the example runs without a key. */

import { simulated } from "signalbox/providers/simulated";
import { defineConfig } from "signalbox/worker";

export default defineConfig({
  providers: [
    simulated({
      replies: ({ step }) => ({
        value: step === "classify" ? { kind: "payment" } : { text: "Please pay soon." },
      }),
    }),
  ],
  models: { writer: ["simulated/writer"] },
  prices: { "simulated/writer": { inputUsdPerMTok: 1, outputUsdPerMTok: 2 } },
});
