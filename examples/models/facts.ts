/** What is known of models, and from where. Read by docs/reference/models.md, run by its test. */

import { countConversation, countTokens, createCatalogue, listCatalogue } from "signalbox/worker";
import config from "./signalbox.config.ts";

export function describeSmall(): string {
  const catalogue = createCatalogue(config);
  const { price, contextWindow, sources } = catalogue.factsOf("openai/gpt-5-mini");

  return `${price?.inputUsdPerMTok} USD (${sources.price}), ${contextWindow} tokens (${sources.contextWindow})`;
}

export async function listWarnings(): Promise<readonly string[]> {
  const { models } = await listCatalogue(config);

  return models.flatMap(({ model, warnings }) => warnings.map((text) => `${model}: ${text}`));
}

export function countPrompt(): readonly number[] {
  const { tokens, isEstimate } = countTokens("Where is my parcel?", "openai/gpt-5-mini");
  const whole = countConversation(
    { messages: [{ role: "user", content: "Where is my parcel?" }] },
    "openai/gpt-5-mini",
  );

  return isEstimate ? [] : [tokens, whole.tokens];
}
