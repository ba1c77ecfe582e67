/** What the providers of a test list: the patterns of its pools stand for that. */

import { readAlias } from "../activities/model-pool.ts";
import { isModelPattern } from "../plugins/contract.ts";
import type { InProcessOptions } from "./run-in-process.ts";

/** Every `provider/model`; none is asked for where no alias has a pattern. */
export async function listModels({
  providers,
  models,
}: Pick<InProcessOptions, "providers" | "models">): Promise<readonly string[]> {
  const pools = Object.values(models).flatMap((alias) => readAlias(alias).pool);
  if (!pools.some(isModelPattern)) return [];
  const lists = providers.map(async (provider) => {
    // One that cannot say leaves the others alone, as in a worker.
    const infos = (await provider.listModels?.().catch(() => [])) ?? [];
    return infos.map(({ model }) => `${provider.id}/${model}`);
  });
  return (await Promise.all(lists)).flat();
}
