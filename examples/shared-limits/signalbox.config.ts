/** Workers that keep one account's limits together, however many of them there are. */

import { openai } from "signalbox/providers/openai";
import { redisSignals } from "signalbox/signals/redis";
import { defineConfig, type Config } from "signalbox/worker";

/** `REDIS_URL` says where they meet, and `OPENAI_API_KEY` whose limits they are. */
export function configure(env: Readonly<Record<string, string | undefined>>): Config {
  return defineConfig({
    providers: [openai({ env })],
    models: { writer: ["openai/gpt-5", "openai/gpt-5-mini"] },
    limits: {
      "openai/gpt-5": { requestsPerMinute: 500, tokensPerMinute: 30_000 },
      "openai/*": { requestsPerMinute: 1_000 },
    },
    signals: redisSignals({ url: env["REDIS_URL"] ?? "redis://127.0.0.1:6379", prefix: "support" }),
  });
}
