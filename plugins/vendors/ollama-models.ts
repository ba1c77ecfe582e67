/** Asks an Ollama server which models it has, and what each can do. */

import type { Capabilities, ModelFacts, ModelInfo } from "../contract.ts";
import type { HttpCall } from "../http/http.ts";
import { fetchJson, readJsonBody } from "../http/inspect-answer.ts";
import { isRecord } from "../http/vendor-error.ts";

/**
 * The models, with what the server says of them, and over that what `describe` knows.
 *
 * @throws {ProviderError}
 * @see https://docs.ollama.com/api/tags
 * @see https://docs.ollama.com/api-reference/show-model-details
 */
export async function listOllamaModels(
  call: HttpCall,
  {
    root,
    headers,
    describe,
  }: {
    readonly root: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly describe: (model: string) => ModelFacts;
  },
): Promise<readonly ModelInfo[]> {
  const body = await fetchJson(call, `${root}/api/tags`, headers);
  const models = isRecord(body) ? body["models"] : undefined;
  if (!Array.isArray(models)) {
    throw call.exchange.fail(call.exchange.malformed("the answer holds no models"));
  }
  const listed: ModelInfo[] = [];
  for (const name of models.map((model: unknown) =>
    isRecord(model) ? model["name"] : undefined,
  )) {
    if (typeof name !== "string") continue;
    // oxlint-disable-next-line no-await-in-loop -- A server that loads models answers better one by one.
    const capabilities = readCapabilities(await show(call, `${root}/api/show`, { headers, name }));
    const facts = describe(name);
    listed.push({
      ...facts,
      model: name,
      capabilities: { ...capabilities, ...facts.capabilities },
    });
  }
  return listed;
}

async function show(
  { fetch, exchange }: HttpCall,
  url: string,
  { headers, name }: { readonly headers: Readonly<Record<string, string>>; readonly name: string },
): Promise<unknown> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body: JSON.stringify({ model: name }),
    });
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What `http.ts` makes, in the types of another package.
    return (await readJsonBody(response as unknown as Parameters<typeof readJsonBody>[0], exchange))
      .body;
  } catch (error) {
    throw exchange.fail(error);
  }
}

function readCapabilities(shown: unknown): Capabilities {
  if (!isRecord(shown)) return {};
  const { capabilities, model_info: info, parameters } = shown;
  const contextWindow = readWindow(info, parameters);
  return {
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(Array.isArray(capabilities) && {
      tools: capabilities.includes("tools"),
      vision: capabilities.includes("vision"),
    }),
  };
}

/** What the model's file sets; else what the model could do, which the server may be set below. */
function readWindow(info: unknown, parameters: unknown): number | undefined {
  const set =
    typeof parameters === "string" ? /^num_ctx\s+(\d+)/m.exec(parameters)?.[1] : undefined;
  if (set !== undefined) return Number(set);
  if (!isRecord(info)) return undefined;
  const lengths = Object.entries(info).filter(([name]) => name.endsWith(".context_length"));
  const [, length] = lengths[0] ?? [];
  return typeof length === "number" && length > 0 ? length : undefined;
}
