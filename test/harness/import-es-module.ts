/** Loads a package of ES modules, which jest's own loader cannot: by Node's, in the main context. */

import { pathToFileURL } from "node:url";
import { constants, runInThisContext } from "node:vm";

/** Gives the exports of the package `name`. */
export async function importEsModule(name: string): Promise<unknown> {
  const url = pathToFileURL(require.resolve(name)).href;
  const load: unknown = runInThisContext("(url) => import(url)", {
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What the line above makes.
  return (load as (url: string) => Promise<unknown>)(url);
}
