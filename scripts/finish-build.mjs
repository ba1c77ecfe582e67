/**
 * What a build needs beside compiled files: a command that can be run, the template of `signalbox init`, the API's reference page, and the
 * workflow that looks after the audit trail, bundled: no worker has to do that when it starts.
 */

import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));

chmodSync(at("dist/cli/main.js"), 0o755);
// A file that is no longer in the template must not stay in it.
rmSync(at("dist/template"), { recursive: true, force: true });
cpSync(at("examples/new-project"), at("dist/template"), { recursive: true });

const swaggerUi = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
const pageFiles = [
  "LICENSE",
  "NOTICE",
  "favicon-32x32.png",
  "swagger-ui.css",
  "swagger-ui-bundle.js",
  "swagger-ui-bundle.js.LICENSE.txt",
];
mkdirSync(at("dist/api/docs-assets"), { recursive: true });
for (const file of pageFiles)
  copyFileSync(join(swaggerUi, file), join(at("dist/api/docs-assets"), file));

const workflow = at("dist/workflows/reconcile-audit.js");
const bundle = at("dist/workflows/reconcile-audit.bundle.js");
const temporal = createRequire(import.meta.url).resolve("@temporalio/workflow/package.json");
if (![workflow, temporal].every((file) => madeAt(file) < madeAt(bundle))) {
  const { bundleWorkflowCode, DefaultLogger } = await import("@temporalio/worker");
  const logger = new DefaultLogger("WARN");
  const { code } = await bundleWorkflowCode({ workflowsPath: workflow, logger });
  // Its source map is most of it. Temporal wants one.
  const [compiled] = code.split("//# sourceMappingURL=data:");
  const map = Buffer.from(JSON.stringify({ version: 3, sources: [], mappings: "" }));
  const comment = `//# sourceMappingURL=data:application/json;base64,${map.toString("base64")}`;
  writeFileSync(bundle, `${compiled}${comment}\n`);
}

function madeAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
