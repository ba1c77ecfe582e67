/** Providers and models: the only file that knows keys. Others take the types from it. */

import { openrouter } from "signalbox/providers/openrouter";
import { simulated } from "signalbox/providers/simulated";
import { defineConfig } from "signalbox/worker";
import { answerAsSimulated } from "./simulated-answers.ts";

// Without a key the models are simulated: everything runs, nothing is asked, nothing is paid.
const hasKey = Boolean(process.env["OPENROUTER_API_KEY"]);

export default defineConfig({
  providers: hasKey ? [openrouter()] : [simulated({ replies: answerAsSimulated })],
  // In order: the first choice, then its fallbacks.
  models: {
    reader: hasKey
      ? ["openrouter/openai/gpt-5-mini", "openrouter/google/gemini-2.5-flash"]
      : ["simulated/reader"],
    writer: hasKey
      ? ["openrouter/anthropic/claude-sonnet-4.5", "openrouter/openai/gpt-5-mini"]
      : ["simulated/writer"],
  },
});
