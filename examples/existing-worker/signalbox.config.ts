/** On a simulated model, so that the example runs without a key. */

import { simulated } from "signalbox/providers/simulated";
import { defineConfig } from "signalbox/worker";

export default defineConfig({
  providers: [simulated({ replies: () => ({ value: { text: "Please pay soon." } }) })],
  models: { writer: ["simulated/writer"] },
});
