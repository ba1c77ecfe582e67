/** A real model for tests: SmolLM2-135M-Instruct, run by the real node-llama-cpp. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, Script } from "node:vm";
import { createLocal, type PackageLoader } from "../../plugins/local/create-local.ts";
import type { LlamaPackage } from "../../plugins/local/loaded-model.ts";
import type { Provider } from "../../plugins/contract.ts";
import type { LocalOptions } from "../../plugins/providers/local.ts";

/** The first fetch takes as long as the network likes. */
export const FETCH_TIMEOUT_MS = 300_000;

/** The path of the model file, fetched by the script that users call. */
export async function fetchLocalModel(): Promise<string> {
  const script = join(__dirname, "../../scripts/fetch-local-model.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  return stdout.trim();
}

/** Jest runs CommonJS and cannot load the package, which is an ES module: Node itself does, from outside of Jest. */
const importOutside: unknown = new Script("(name) => import(name)", {
  filename: __filename,
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}).runInThisContext();

export const realLlama: PackageLoader = {
  isInstalled: () => true,
  async load() {
    if (typeof importOutside !== "function") throw new Error("No function has come of the script.");
    const llama: LlamaPackage = await importOutside("node-llama-cpp");
    return llama;
  },
};

/** The provider as `local()` makes it, without a graphics processor, on one thread: two wait for each other where other tests use the processor too. */
export function realLocal(options: LocalOptions): Provider {
  return createLocal({ threads: 1, gpu: false, ...options }, realLlama);
}
