/** What scripts that fetch something through Python have in common. Must not import anything that is not part of Node. */

import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";

/** The folder outside of the checkout in which slow downloads are kept. */
export function cacheFolder() {
  const { SIGNALBOX_CACHE_DIR, XDG_CACHE_HOME } = process.env;
  return SIGNALBOX_CACHE_DIR || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "signalbox");
}

/**
 * The command of a Python 3 that has a module, such as `pip`.
 *
 * @returns {Promise<string | undefined>} `undefined`: there is none.
 */
export async function findPython(module) {
  for (const command of ["python3", "python"]) {
    try {
      await run(command, ["-m", module, "--help"]);
      return command;
    } catch {
      // Not this one.
    }
  }
  return undefined;
}

/** Rejects with what the command complained of. */
export function run(command, args) {
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

/** Says every few seconds how long `work` takes. */
export async function reportWhile(work, say) {
  const startedAtMs = Date.now();
  const timer = setInterval(() => {
    say(`${Math.round((Date.now() - startedAtMs) / 1000)} s so far`);
  }, 5_000);
  try {
    await work;
  } finally {
    clearInterval(timer);
  }
}
