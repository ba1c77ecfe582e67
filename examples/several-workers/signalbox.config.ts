/** A provider whose calls have a task queue of their own, so that they can be limited and made elsewhere. */

import { simulated } from "signalbox/providers/simulated";
import { defineConfig } from "signalbox/worker";

export default defineConfig({
  providers: [simulated({ replies: () => ({ value: { text: "Dear reader, …" } }) })],
  models: { writer: ["simulated/writer"] },
  queues: {
    simulated: { attemptsPerSecond: 5, atOnce: 50, longestWaitMs: 30_000 },
  },
});
