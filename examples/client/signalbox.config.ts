/** The example of the client runs on simulated models: it is about starts and lists. */

import { simulated } from "signalbox/providers/simulated";
import { defineConfig } from "signalbox/worker";

export default defineConfig({
  providers: [simulated({ replies: () => ({ value: { text: "Hello!" } }) })],
  models: { small: ["simulated/small"] },
});
