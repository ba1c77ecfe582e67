/** Pools: aliases whose model is picked for each request, among those that may be used. */

import { simulated } from "signalbox/providers/simulated";
import { defineConfig } from "signalbox/worker";

const provider = simulated({
  replies: ({ model }) => ({ text: `answered by ${model}` }),
  models: {
    "large-eu": {
      price: { inputUsdPerMTok: 3, outputUsdPerMTok: 15 },
      capabilities: { region: "eu-west-1", dataPolicy: { trainsOnData: false, retentionDays: 0 } },
    },
    "small-eu": {
      price: { inputUsdPerMTok: 0.25, outputUsdPerMTok: 2 },
      capabilities: { region: "eu-west-1", dataPolicy: { trainsOnData: false, retentionDays: 0 } },
    },
    "small-us": {
      price: { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.4 },
      capabilities: { region: "us-east-1", dataPolicy: { trainsOnData: true } },
    },
  },
});

export default defineConfig({
  providers: [provider],
  models: {
    // Tried in this order.
    careful: ["simulated/large-eu", "simulated/small-eu"],
    // The cheapest one for each request, of all that the provider lists and that may see personal data.
    private: {
      pool: ["simulated/*"],
      router: "cheapest",
      region: "eu",
      dataPolicy: { training: "deny", retention: "none" },
      maxPrice: { outputUsdPerMTok: 20 },
    },
  },
});
