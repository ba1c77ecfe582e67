/** Runs Schemathesis, the tester of APIs by their description, as it comes from PyPI. */

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

export interface Tested {
  readonly exitCode: number | null;
  /** What it printed: the failures with a request that repeats each. */
  readonly report: string;
}

/** Fetched once by the script, which takes as long as the network likes. */
export async function runSchemathesis(args: readonly string[]): Promise<Tested> {
  const script = join(__dirname, "../../scripts/fetch-schemathesis.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  const folder = await mkdtemp(join(tmpdir(), "signalbox-schemathesis-"));
  try {
    const options = ["--no-color", "run", ...args];
    const command = stdout.trim();
    const env = { ...process.env, PYTHONPATH: join(dirname(command), "..") };
    const child = spawn(command, options, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    let report = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        report += text;
      });
    }
    await once(child, "close");
    return { exitCode: child.exitCode, report };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
