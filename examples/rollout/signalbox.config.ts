/** The rollout example runs on simulated models: it is about versions, not about letters. */

import { simulated } from "signalbox/providers/simulated";
import { defineConfig } from "signalbox/worker";

export default defineConfig({
  providers: [
    simulated({
      replies: ({ step }) =>
        step === "tone" ? { value: { friendly: true } } : { value: { text: "Dear reader, …" } },
    }),
  ],
  models: { small: ["simulated/small"] },
});
