/**
 * Fetches Schemathesis, which tests an API by its OpenAPI description, once, and prints the path of its command:
 *
 *     node scripts/fetch-schemathesis.mjs
 *
 * It lives in a folder of its own, outside the checkout, which has to be in `PYTHONPATH` when it runs: the folder above that of
 * the command. The path goes to standard output, all else to standard error. Must not import anything that is not part of
 * Node.
 */

import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, findPython, reportWhile, run } from "./lib/fetching.mjs";

const VERSION = "4.32.5";

try {
  process.stdout.write(`${await fetchSchemathesis()}\n`);
} catch (error) {
  process.stderr.write(`schemathesis: ${error.message}\n`);
  process.exitCode = 1;
}

/** @returns {Promise<string>} path of the command */
async function fetchSchemathesis() {
  const folder = join(cacheFolder(), "python", `schemathesis-${VERSION}`);
  const command = join(folder, "bin", "schemathesis");
  // Written last: a broken-off installation is done again.
  const done = join(folder, "installed");
  if (existsSync(done)) return command;
  const python = await findPython("pip");
  if (python === undefined) {
    throw new Error(
      "it needs Python 3 with pip, and neither `python3 -m pip` nor `python -m pip` works here. " +
        "Install it (https://pip.pypa.io/en/stable/installation).",
    );
  }
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const waiting = "installing with pip: once, about 15 s";
  say(waiting);
  await reportWhile(install(python, folder), (soFar) => say(`${waiting}; ${soFar}`));
  await writeFile(done, "");
  return command;
}

/** Not into a virtual environment: Debian's Python cannot make one without a package more. */
function install(python, folder) {
  const quietly = ["--quiet", "--disable-pip-version-check", "--target", folder];
  return run(python, ["-m", "pip", "install", ...quietly, `schemathesis==${VERSION}`]);
}

function say(line) {
  process.stderr.write(`schemathesis: ${line}\n`);
}
