/** Holds the linter's import table to the design: each fence lets its own imports through and refuses all others. */

import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** Rows of the table "Folders and who may import whom", in its order. */
const fencedFolders = [
  "graph",
  "drawing",
  "audit",
  "plugins",
  "activities",
  "workflows",
  "payloads",
  "client",
  "worker",
  "api",
  "cli",
  "testing",
  "examples",
] as const;
const entries = ["index.ts", "workflow.ts"] as const;
const unfencedFolders = ["bench", "chaos", "scripts", "test", "docs", "types"];

const projectFiles = [
  "graph/stub.ts",
  "drawing/stub.ts",
  "audit/stub.ts",
  "plugins/contract.ts",
  "plugins/providers/stub.ts",
  "activities/stub.ts",
  "workflows/stub.ts",
  "payloads/stub.ts",
  "client/stub.ts",
  "worker/stub.ts",
  "api/stub.ts",
  "cli/stub.ts",
  "testing/stub.ts",
  "examples/stub.ts",
  "bench/stub.ts",
  "chaos/stub.ts",
  "scripts/stub.ts",
  "test/stub.ts",
  "stub.ts",
] as const;
const self = ["signalbox", "signalbox/worker"] as const;
/** The package's own imports, which mean one thing in Node and another in the sandbox. */
const conditional = ["#drawing"] as const;
const zod = ["zod", "zod/v4"] as const;
const layout = ["@dagrejs/dagre"] as const;
const vendor = ["@ai-sdk/provider", "not-installed"] as const;
const builtins = ["node:crypto", "node:fs/promises", "node:sqlite", "fs"] as const;
const temporalClient = [
  "@temporalio/client",
  "@temporalio/common",
  "@temporalio/envconfig",
] as const;
const temporalRuntime = [
  "@temporalio/activity",
  "@temporalio/testing",
  "@temporalio/worker",
  "@temporalio/worker/lib/runtime",
  "@temporalio/workflow",
] as const;

/** What every fence is asked about. */
const imports = [
  ...projectFiles,
  ...entries,
  ...self,
  ...conditional,
  ...zod,
  ...layout,
  ...vendor,
  "express",
  ...builtins,
  ...temporalClient,
  ...temporalRuntime,
] as const;
type Import = (typeof imports)[number];

interface Row {
  /** Probed on top of a folder and, where it holds folders, below one that bears another folder's name. */
  readonly probes: readonly string[];
  readonly values: readonly Import[];
  readonly types?: readonly Import[];
}

/** The table. An import that a row does not name is refused there. */
const table: Record<
  (typeof fencedFolders)[number] | "the authoring entries" | "the unfenced folders",
  Row
> = {
  graph: {
    probes: ["graph/probe.ts", "graph/worker/deep/probe.ts"],
    values: ["graph/stub.ts", ...zod],
  },
  drawing: {
    probes: ["drawing/probe.ts", "drawing/worker/deep/probe.ts"],
    values: ["drawing/stub.ts", "graph/stub.ts", ...layout],
  },
  audit: {
    probes: ["audit/probe.ts", "audit/worker/deep/probe.ts"],
    values: ["audit/stub.ts", "graph/stub.ts", "node:crypto", "node:fs/promises", "fs"],
  },
  plugins: {
    probes: ["plugins/probe.ts", "plugins/providers/graph/probe.ts"],
    values: [
      "plugins/contract.ts",
      "plugins/providers/stub.ts",
      "audit/stub.ts",
      ...zod,
      ...layout,
      ...vendor,
      ...builtins,
    ],
    types: ["graph/stub.ts"],
  },
  activities: {
    probes: ["activities/probe.ts", "activities/worker/deep/probe.ts"],
    values: [
      "activities/stub.ts",
      "graph/stub.ts",
      "plugins/contract.ts",
      "@temporalio/activity",
      "@temporalio/common",
      "node:crypto",
    ],
  },
  workflows: {
    probes: ["workflows/probe.ts", "workflows/worker/deep/probe.ts"],
    values: ["workflows/stub.ts", "graph/stub.ts", "@temporalio/workflow"],
    types: ["activities/stub.ts"],
  },
  payloads: {
    probes: ["payloads/probe.ts", "payloads/worker/deep/probe.ts"],
    values: ["payloads/stub.ts", "@temporalio/common", "node:crypto", "node:fs/promises", "fs"],
    types: ["graph/stub.ts"],
  },
  client: {
    probes: ["client/probe.ts", "client/worker/deep/probe.ts"],
    values: [
      "client/stub.ts",
      "graph/stub.ts",
      "audit/stub.ts",
      "payloads/stub.ts",
      ...temporalClient,
    ],
    types: ["workflows/stub.ts", "activities/stub.ts"],
  },
  worker: {
    probes: ["worker/probe.ts", "worker/api/deep/probe.ts"],
    values: [
      "worker/stub.ts",
      "graph/stub.ts",
      "audit/stub.ts",
      "client/stub.ts",
      "plugins/contract.ts",
      "plugins/providers/stub.ts",
      "activities/stub.ts",
      "workflows/stub.ts",
      "payloads/stub.ts",
      ...zod,
      ...layout,
      ...vendor,
      ...temporalClient,
      ...temporalRuntime,
      ...builtins,
    ],
  },
  api: {
    probes: ["api/probe.ts", "api/worker/deep/probe.ts"],
    values: [
      "api/stub.ts",
      "client/stub.ts",
      "graph/stub.ts",
      "audit/stub.ts",
      "payloads/stub.ts",
      "worker/stub.ts",
      ...zod,
      ...layout,
      ...vendor,
      "express",
      ...builtins,
    ],
  },
  cli: {
    probes: ["cli/probe.ts", "cli/worker/deep/probe.ts"],
    values: [
      "cli/stub.ts",
      "api/stub.ts",
      "client/stub.ts",
      "graph/stub.ts",
      "drawing/stub.ts",
      "audit/stub.ts",
      "payloads/stub.ts",
      "worker/stub.ts",
      ...zod,
      ...layout,
      ...vendor,
      "express",
      ...builtins,
    ],
  },
  testing: {
    probes: ["testing/probe.ts", "testing/worker/deep/probe.ts"],
    values: [
      "testing/stub.ts",
      "graph/stub.ts",
      "workflows/stub.ts",
      "activities/stub.ts",
      "plugins/contract.ts",
      "@temporalio/common",
      "node:crypto",
      "node:fs/promises",
      "fs",
    ],
    types: ["client/stub.ts"],
  },
  examples: {
    probes: ["examples/probe.ts", "examples/worker/deep/probe.ts"],
    values: [
      "examples/stub.ts",
      ...self,
      ...zod,
      ...layout,
      ...vendor,
      "express",
      ...temporalClient,
      ...temporalRuntime,
      ...builtins,
    ],
  },
  "the authoring entries": {
    probes: entries,
    values: ["graph/stub.ts", "workflows/stub.ts", ...conditional],
    types: ["worker/stub.ts", "plugins/contract.ts", "plugins/providers/stub.ts"],
  },
  "the unfenced folders": {
    probes: [
      "bench/probe.ts",
      "chaos/probe.ts",
      "scripts/probe.ts",
      "test/probe.ts",
      "test/graph/index.ts",
    ],
    values: imports,
  },
};

const fencedRows = Object.entries(table).filter(([name]) => name !== "the unfenced folders");

/** Ways to write a forbidden import: workflows may take types of activities, nothing else. */
const valueForms = [
  'import "../activities/stub.ts";',
  'import * as everything from "../activities/stub.ts";',
  // The statement outlives the erased type: with verbatimModuleSyntax the module is loaded.
  'import { type Type as Inline } from "../activities/stub.ts";',
  'export { value } from "../activities/stub.ts";',
  'export * from "../activities/stub.ts";',
  'await import("../activities/stub.ts");',
  'require("../activities/stub.ts");',
];
const typeForms = [
  'import type { Type } from "../activities/stub.ts";',
  'export type { Type as Exported } from "../activities/stub.ts";',
  'export type * from "../activities/stub.ts";',
];
const formsFile = "workflows/forms.ts";

interface LintReport {
  readonly exitCode: number | null;
  readonly stderr: string;
  /** What the fences reported, by `file:line`. */
  readonly refusals: ReadonlyMap<string, OxlintDiagnostic>;
}

interface OxlintDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly filename: string;
  readonly labels: readonly { readonly span: { readonly line: number } }[];
}

interface LintConfiguration {
  readonly ignorePatterns: readonly string[];
  readonly settings: { readonly "boundaries/elements": readonly { readonly type: string }[] };
  readonly overrides: readonly {
    readonly files: readonly string[];
    readonly rules?: Readonly<Record<string, unknown>>;
  }[];
}

const projectRoot = process.cwd();
const configuration: LintConfiguration = JSON.parse(
  readFileSync(join(projectRoot, ".oxlintrc.json"), "utf8"),
);
let scratchRoot: string;
let report: LintReport;

beforeAll(() => {
  scratchRoot = realpathSync(mkdtempSync(join(tmpdir(), "signalbox-fences-")));
  writeScratchProject(scratchRoot);
  report = lint(scratchRoot);
}, 30_000);

afterAll(() => rmSync(scratchRoot, { recursive: true, force: true }));

describe.each(Object.entries(table))("%s", (_name, row) => {
  for (const imported of imports) {
    const expected = {
      value: row.values.includes(imported),
      type: row.values.includes(imported) || (row.types?.includes(imported) ?? false),
    };

    it(`${claim(expected)} ${imported}`, () => {
      const seen = row.probes.map((probe) => ({ probe, ...accepted(probe, imported) }));

      expect(seen).toEqual(row.probes.map((probe) => ({ probe, ...expected })));
    });
  }
});

describe("a fence", () => {
  it.each(valueForms.map((form, index) => ({ form, line: index + 1 })))(
    "refuses $form",
    ({ line }) => {
      expect(report.refusals.has(`${formsFile}:${line}`)).toBe(true);
    },
  );

  it.each(typeForms.map((form, index) => ({ form, line: valueForms.length + index + 1 })))(
    "takes $form for an import of types",
    ({ line }) => {
      expect(report.refusals.has(`${formsFile}:${line}`)).toBe(false);
    },
  );

  it.each(fencedRows)("around %s says in a refusal what may be imported", (name, row) => {
    const messages = [...refusalMessages(row)];

    expect(messages).toEqual([expect.stringMatching(new RegExp(`^${name}/? may import `, "i"))]);
  });

  it("makes the lint fail", () => {
    const severities = new Set([...report.refusals.values()].map(({ severity }) => severity));

    expect([...severities]).toEqual(["error"]);
    expect(report.exitCode).toBe(1);
  });

  it("is configured without options the plugin deprecates", () => {
    expect(report.stderr).toBe("");
  });
});

describe("the lint configuration", () => {
  it("knows the folders of the table, in its order", () => {
    const folders = configuration.settings["boundaries/elements"].map(({ type }) => type);

    expect(folders).toEqual(fencedFolders);
  });

  it("holds one fence per folder, in the order of the table, and one for the entries", () => {
    const fences = configuration.overrides.filter(
      ({ rules }) => rules?.["boundaries/dependencies"],
    );

    expect(fences.map(({ files }) => files)).toEqual([
      ...fencedFolders.map((folder) => [`${folder}/**`]),
      entries.map((entry) => `./${entry}`),
    ]);
  });

  it("leaves no folder with code outside the table by accident", () => {
    const known: readonly string[] = [...fencedFolders, ...unfencedFolders];

    expect(foldersWithCode().filter((folder) => !known.includes(folder))).toEqual([]);
  });
});

function claim({ value, type }: { value: boolean; type: boolean }): string {
  if (value) return "may import";
  return type ? "may import only types of" : "may not import";
}

/** Which kinds of import the fence around `probe` let through. */
function accepted(probe: string, imported: Import): { value: boolean; type: boolean } {
  const valueLine = 2 * imports.indexOf(imported) + 1;
  return {
    value: !report.refusals.has(`${probe}:${valueLine}`),
    type: !report.refusals.has(`${probe}:${valueLine + 1}`),
  };
}

function refusalMessages({ probes }: Row): Set<string> {
  const places = [...report.refusals.keys()].filter((place) =>
    probes.some((probe) => place.startsWith(`${probe}:`)),
  );
  return new Set(places.map((place) => report.refusals.get(place)?.message ?? ""));
}

/** A project with the real configuration, one stub per import and, in each probe, two lines per import. */
function writeScratchProject(root: string): void {
  copyFileSync(join(projectRoot, ".oxlintrc.json"), join(root, ".oxlintrc.json"));
  copyFileSync(join(projectRoot, "package.json"), join(root, "package.json"));
  symlinkSync(join(projectRoot, "node_modules"), join(root, "node_modules"), "dir");

  for (const file of projectFiles) {
    write(root, file, "export const value = 1;\nexport interface Type {}\n");
  }
  for (const { probes } of Object.values(table)) {
    for (const probe of probes) {
      write(root, probe, imports.map((imported) => importLines(probe, imported)).join(""));
    }
  }
  write(root, formsFile, [...valueForms, ...typeForms].join("\n"));
}

function importLines(probe: string, imported: Import): string {
  const specifier = specifierFrom(probe, imported);
  const suffix = imports.indexOf(imported);
  return (
    `import { value as value${suffix} } from "${specifier}";\n` +
    `import type { Type as Type${suffix} } from "${specifier}";\n`
  );
}

function specifierFrom(probe: string, imported: Import): string {
  if (!([...projectFiles, ...entries] as string[]).includes(imported)) return imported;
  const path = relative(dirname(probe), imported);
  return path.startsWith(".") ? path : `./${path}`;
}

function write(root: string, file: string, content: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), content);
}

/** Runs the project's own oxlint. Not type-aware: the fences read syntax only, and it is the slow half. */
function lint(root: string): LintReport {
  const oxlint = join(projectRoot, "node_modules/oxlint/bin/oxlint");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [oxlint, "--deny-warnings", "--format", "json"],
    { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  const { diagnostics }: { diagnostics: OxlintDiagnostic[] } = JSON.parse(stdout);
  const refusals = diagnostics
    .filter(({ code }) => code === "boundaries(dependencies)")
    .map((found) => [`${found.filename}:${found.labels[0]?.span.line}`, found] as const);
  return { exitCode: status, stderr, refusals: new Map(refusals) };
}

function foldersWithCode(): string[] {
  return readdirSync(projectRoot, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => name)
    .filter((name) => !configuration.ignorePatterns.includes(name))
    .filter((name) =>
      readdirSync(join(projectRoot, name), { recursive: true, encoding: "utf8" }).some((file) =>
        /\.[cm]?[jt]s$/.test(file),
      ),
    );
}
