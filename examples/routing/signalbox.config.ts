/** A configuration that names routers of its own. No key is needed to read it. */

import { openaiCompatible } from "signalbox/providers/openai-compatible";
import { defineConfig } from "signalbox/worker";
import { routers } from "./routers.ts";

export default defineConfig({
  providers: [
    openaiCompatible({ id: "openai", baseURL: "https://api.openai.com/v1" }),
    openaiCompatible({ id: "newcomer", baseURL: "http://127.0.0.1:8000/v1" }),
  ],
  routers,
  models: {
    small: { models: ["openai/gpt-5-mini", "newcomer/one"], router: "newcomer" },
    writer: { models: ["openai/gpt-5-mini", "openai/gpt-5"], router: "careful" },
  },
});
