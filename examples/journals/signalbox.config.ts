/** Workers on several machines that keep replies in one place: whoever takes up the attempt of a lost worker finds its answer. */

import { postgresJournal } from "signalbox/journals/postgres";
import { redisJournal } from "signalbox/journals/redis";
import { openai } from "signalbox/providers/openai";
import { defineConfig, type Config } from "signalbox/worker";

/** `DATABASE_URL` or `REDIS_URL` says where. */
export function configure(env: Readonly<Record<string, string | undefined>>): Config {
  const { DATABASE_URL, REDIS_URL = "redis://127.0.0.1:6379" } = env;
  return defineConfig({
    providers: [openai({ env })],
    models: { writer: ["openai/gpt-5", "openai/gpt-5-mini"] },
    journal:
      DATABASE_URL === undefined
        ? redisJournal({ url: REDIS_URL, prefix: "support" })
        : postgresJournal({ url: DATABASE_URL, keepDays: 14 }),
  });
}
