/** Checks a generated module with the TypeScript compiler, in a folder of the repository that is removed afterwards. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

/** What the compiler said. */
export interface Check {
  readonly durationMs: number;
  /** Each with all of its lines, such as `graph.ts(7,5): error TS2339: …`. Paths are those of the folder. */
  readonly errors: readonly string[];
}

export interface CheckOptions {
  /** The repository: the module finds "signalbox" because it lies inside the package. */
  readonly root: string;
  /** What "signalbox" is. `"built"`: the declarations in dist/, as users have them. `"sources"`: what is there now. */
  readonly against: "built" | "sources";
}

/** Checks `text` as `graph.ts`. */
export function checkModule(text: string, { root, against }: CheckOptions): Check {
  const folder = makeFolder(root);
  try {
    writeFileSync(join(folder, "graph.ts"), text);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(CONFIGURATIONS[against](root)));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const startedAt = performance.now();
    const { stdout, stderr, error } = spawnSync(process.execPath, [tsc, "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    if (error) throw error;
    return { durationMs: performance.now() - startedAt, errors: splitErrors(stdout + stderr) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Under `.signalbox`, which git, the linter and the type check of the repository pass over. */
function makeFolder(root: string): string {
  const parent = join(root, ".signalbox");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "check-"));
}

const CONFIGURATIONS: Readonly<Record<CheckOptions["against"], (root: string) => object>> = {
  built: () => ({
    compilerOptions: {
      noEmit: true,
      target: "es2022",
      lib: ["es2023"],
      module: "node20",
      types: ["node"],
      strict: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: true,
    },
    files: ["graph.ts"],
  }),
  sources: (root) => ({
    extends: join(root, "tsconfig.json"),
    compilerOptions: { noEmit: true, noUnusedLocals: false, skipLibCheck: true },
    files: ["graph.ts"],
    include: [join(root, "types")],
  }),
};

/** The lines that explain an error further are indented. */
function splitErrors(output: string): readonly string[] {
  return output
    .trim()
    .split(/\n(?! )/)
    .filter((error) => error !== "");
}
