/** What a build needs beside compiled files: a command that can be run, and the template of `signalbox init`. */

import { chmodSync, cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const at = (path) => fileURLToPath(new URL(path, root));

chmodSync(at("dist/cli/main.js"), 0o755);
// A file that is no longer in the template must not stay in it.
rmSync(at("dist/template"), { recursive: true, force: true });
cpSync(at("examples/new-project"), at("dist/template"), { recursive: true });
