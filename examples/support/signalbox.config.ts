/** Providers and models of the example: real ones where there is a key or an Ollama, else simulated. */

import { simulated } from "signalbox/providers/simulated";
import { defineConfig } from "signalbox/worker";
import { findLiveModels } from "./live-models.ts";
import { answerAsSimulated } from "./simulated-answers.ts";

const live = await findLiveModels(process.env);

export default defineConfig({
  providers: live?.providers ?? [simulated({ replies: answerAsSimulated })],
  models: {
    small: live?.small ?? ["simulated/small"],
    // In order: the first choice, then fallbacks. The simulated "large" refuses every call.
    writer: live?.writer ?? ["simulated/large", "simulated/medium"],
  },
  prices: {
    // Made up, like the models.
    "simulated/small": { inputUsdPerMTok: 0.25, outputUsdPerMTok: 2 },
    "simulated/medium": { inputUsdPerMTok: 1.25, outputUsdPerMTok: 10 },
    "simulated/large": { inputUsdPerMTok: 5, outputUsdPerMTok: 25 },
    // OpenAI's list prices of 2025-11.
    "openai/gpt-5-mini": { inputUsdPerMTok: 0.25, outputUsdPerMTok: 2 },
    "openai/gpt-5": { inputUsdPerMTok: 1.25, outputUsdPerMTok: 10 },
  },
});
