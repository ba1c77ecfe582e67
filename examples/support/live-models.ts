/** Finds the real models this machine can reach: by a key in the environment, in an Ollama that answers, or in a model file. */

import type { Provider } from "signalbox/plugins";
import { local } from "signalbox/providers/local";
import { ollama } from "signalbox/providers/ollama";
import { openai } from "signalbox/providers/openai";
import { openrouter } from "signalbox/providers/openrouter";
import { z } from "zod";

/** Models for the two aliases of the example, in order: first choice, then fallbacks. */
export interface LiveModels {
  readonly providers: readonly Provider[];
  readonly small: readonly string[];
  readonly writer: readonly string[];
}

const Tags = z.object({ models: z.array(z.object({ name: z.string() })) });

const OLLAMA_PATIENCE_MS = 500;

/** All that can be reached, joined: with two keys, each provider is the other's fallback. */
export async function findLiveModels(env: NodeJS.ProcessEnv): Promise<LiveModels | undefined> {
  const found = [modelFile(env), ofOpenAI(env), ofOpenRouter(env), await ofOllama(env)].filter(
    (models) => models !== undefined,
  );
  if (found.length === 0) return undefined;
  return {
    providers: found.flatMap((models) => models.providers),
    small: found.flatMap((models) => models.small),
    writer: found.flatMap((models) => models.writer),
  };
}

/** A model in this process: the path of a GGUF file, which nobody sets by accident. So it comes first. */
function modelFile(env: NodeJS.ProcessEnv): LiveModels | undefined {
  const model = env["SIGNALBOX_LOCAL_MODEL"];
  if (!model) return undefined;
  return {
    // A small model may write without end: what it writes is bounded, so that it is always whole.
    providers: [local({ model, name: "file", maxStringLength: 300 })],
    small: ["local/file"],
    writer: ["local/file"],
  };
}

function ofOpenAI(env: NodeJS.ProcessEnv): LiveModels | undefined {
  if (!env["OPENAI_API_KEY"]) return undefined;
  return {
    // The chat completions: whatever stands behind OPENAI_BASE_URL knows those.
    providers: [openai({ env, api: "chat" })],
    small: ["openai/gpt-5-mini"],
    writer: ["openai/gpt-5", "openai/gpt-5-mini"],
  };
}

function ofOpenRouter(env: NodeJS.ProcessEnv): LiveModels | undefined {
  if (!env["OPENROUTER_API_KEY"]) return undefined;
  return {
    providers: [openrouter({ env, baseURL: env["OPENROUTER_BASE_URL"] })],
    small: ["openrouter/openai/gpt-5-mini", "openrouter/google/gemini-2.5-flash"],
    writer: ["openrouter/anthropic/claude-sonnet-4.5", "openrouter/openai/gpt-5"],
  };
}

async function ofOllama(env: NodeJS.ProcessEnv): Promise<LiveModels | undefined> {
  const host = env["OLLAMA_HOST"] ?? "127.0.0.1:11434";
  const origin = host.includes("://") ? host : `http://${host}`;
  const names = await listOllamaModels(origin);
  if (names.length === 0) return undefined;
  const models = names.map((name) => `ollama/${name}`);
  return {
    providers: [ollama({ host: origin })],
    small: models,
    writer: models,
  };
}

async function listOllamaModels(origin: string): Promise<readonly string[]> {
  try {
    const response = await fetch(`${origin}/api/tags`, {
      signal: AbortSignal.timeout(OLLAMA_PATIENCE_MS),
    });
    return Tags.parse(await response.json()).models.map(({ name }) => name);
  } catch {
    // No Ollama here, which is the usual case.
    return [];
  }
}
