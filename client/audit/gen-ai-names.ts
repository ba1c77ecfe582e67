/** What OpenTelemetry calls the providers of models. */

/**
 * By our ids: those that have another name there.
 *
 * @see https://github.com/open-telemetry/semantic-conventions-genai/blob/main/docs/registry/attributes/gen-ai.md
 */
const PROVIDER_NAMES: ReadonlyMap<string, string> = new Map([
  ["azure", "azure.ai.openai"],
  ["bedrock", "aws.bedrock"],
  ["google", "gcp.gemini"],
  ["mistral", "mistral_ai"],
  ["xai", "x_ai"],
]);

/** @param model - `provider/model`; models of gateways have slashes of their own. */
export function genAiNamesOf(model: string): {
  readonly "gen_ai.provider.name": string;
  readonly "gen_ai.request.model": string;
} {
  const slash = model.indexOf("/");
  const provider = model.slice(0, slash);
  return {
    "gen_ai.provider.name": PROVIDER_NAMES.get(provider) ?? provider,
    "gen_ai.request.model": model.slice(slash + 1),
  };
}
