/**
 * Modules that all runs of a worker share: zod and ours. Temporal's sandbox evaluates a module anew for each run, and these took longer
 * than the run itself. Evaluated once for a worker, before the first run. None of them may keep anything of a run:
 * see per-execution.ts.
 *
 * @see docs/decisions/0059-runs-share-modules.md
 */

// Before zod.
import { endSharedConfig } from "./zod-config.ts";
/* oxlint-disable import/no-unassigned-import -- What "signalbox" is made of, with all that it imports. */
import "../graph/diff.ts";
import "../graph/graph-format.ts";
import "../graph/kit.ts";
import "../graph/validate.ts";
import "../graph/versions.ts";
import "./run-graph.ts";

/* oxlint-disable no-underscore-dangle -- Names of webpack's and of Temporal's SDK. */
/** All modules of the bundle, by id. */
declare const __webpack_modules__: Readonly<Record<string, unknown>>;
/** Those of them that were evaluated. */
declare const __webpack_module_cache__: Readonly<Record<string, object | undefined>>;

endSharedConfig();
keepUnfrozen();

/**
 * The SDK freezes what runs share, through and through, except what is frozen already. But a schema of zod's notes down what it has once worked
 * out, and zod resets regular expressions before it uses them: frozen, both would throw. Temporal's own modules are left to it.
 */
function keepUnfrozen(): void {
  for (const id of Object.keys(__webpack_modules__)) {
    const module = __webpack_module_cache__[id];
    if (module !== undefined && !id.includes("/@temporalio/")) Object.freeze(module);
  }
}
