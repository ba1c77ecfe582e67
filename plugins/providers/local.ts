/** A model in the worker's own process: a GGUF file, run by llama.cpp through node-llama-cpp. No key, no network. */

import type { Provider } from "../contract.ts";
import { createLocal, type PackageLoader } from "../local/create-local.ts";

export interface LocalOptions {
  /** Path of a GGUF file. */
  readonly model: string;
  /** First half of the model's name. Default: `"local"`. */
  readonly id?: string;
  /** Second half of the model's name. Default: the name of the file, without `.gguf`. */
  readonly name?: string;
  /** Tokens of input and output together; more take more memory. Default: 4,096, or what the model was trained for. */
  readonly contextSize?: number;
  /** Where a request sets no limit, replies end after so many tokens. Default: 1,024. */
  readonly maxOutputTokens?: number;
  /**
   * Where a schema sets no limit, strings in a reply end after so many characters. Small models may not stop by
   * themselves, and a reply that is cut by `maxOutputTokens` is no JSON. Default: no limit.
   */
  readonly maxStringLength?: number;
  /** How many calls run at the same time; others wait. Each takes the memory of a context. Default: 1. */
  readonly parallel?: number;
  /** Default: one less than the processor has cores, 1 at least and 8 at most. */
  readonly threads?: number;
  /** Whether a graphics processor is used where there is one. Default: `true`. */
  readonly gpu?: boolean;
}

/**
 * A provider of one model, which is loaded for the first call or by `health`, and freed by `close`.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS when the file is no model, PLUGIN_MISSING_PACKAGE without node-llama-cpp.
 */
export function local(options: LocalOptions): Provider {
  return createLocal(options, installedPackage);
}

const installedPackage: PackageLoader = {
  isInstalled() {
    try {
      import.meta.resolve("node-llama-cpp");
      return true;
    } catch {
      return false;
    }
  },
  load: () => import("node-llama-cpp"),
};
