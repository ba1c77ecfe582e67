/** What OpenTelemetry's conventions for generative AI call providers and models: in traces, metrics and the audit trail alike. */

/**
 * Ids of our providers for which the conventions have another name.
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

export interface NamedModel {
  /** As the conventions call it; a provider that they do not know has its id. */
  readonly provider: string;
  /** As the provider calls it. */
  readonly model: string;
}

/** @param model - `provider/model`; the first slash divides. */
export function nameModel(model: string): NamedModel {
  const slash = model.indexOf("/");
  const id = model.slice(0, slash);
  return { provider: PROVIDER_NAMES.get(id) ?? id, model: model.slice(slash + 1) };
}
