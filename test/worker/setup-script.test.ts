/** Runs scripts/setup.mjs in a project of its own, with an `npm` that only writes down what it is asked. */

import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../scripts/setup.mjs", import.meta.url));

/** Like npm, it keeps a record of what it installed; unlike npm, of every package in the lockfile. */
const FAKE_NPM = `#!/bin/sh
echo "$@" >> calls
case "$1" in
  install) if [ -n "$INSTALL_FAILS" ]; then exit 7; fi; mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json ;;
  run) if [ -n "$BUILD_FAILS" ]; then exit 2; fi ;;
esac
`;

const ZOD = { "node_modules/zod": { version: "4.6.7" } };
const INSTALL = "install --no-save --include=dev --loglevel=error";
const BUILD = "run --silent build";

let project: string;

beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), "signalbox setup with spaces-"));
  await Promise.all([mkdir(join(project, "scripts")), mkdir(join(project, "bin"))]);
  await copyFile(SCRIPT, join(project, "scripts", "setup.mjs"));
  await writeFile(join(project, "bin", "npm"), FAKE_NPM);
  await chmod(join(project, "bin", "npm"), 0o755);
  await writeProject({ node: ">=20.19" });
  await writeLock(ZOD);
});

afterEach(async () => {
  await rm(project, { recursive: true });
});

describe("scripts/setup.mjs", () => {
  it("installs, then builds, when nothing is installed", async () => {
    const result = await runSetup();

    expect(result).toEqual({
      exitCode: 0,
      stdout: "setup: installing packages\nsetup: building\n",
      stderr: "",
    });
    expect(await npmCalls()).toEqual([INSTALL, BUILD]);
  });

  it("only builds when what is installed fits the lockfile", async () => {
    await runSetup();
    await rm(join(project, "calls"));

    const result = await runSetup();

    expect(result).toEqual({ exitCode: 0, stdout: "setup: building\n", stderr: "" });
    expect(await npmCalls()).toEqual([BUILD]);
  });

  it("installs again when the lockfile has another version", async () => {
    await runSetup();
    await writeLock({ "node_modules/zod": { version: "4.6.8" } });
    await rm(join(project, "calls"));

    await runSetup();

    expect(await npmCalls()).toEqual([INSTALL, BUILD]);
  });

  it("accepts that binaries for other platforms are locked but not installed", async () => {
    await runSetup();
    await writeLock({ ...ZOD, "node_modules/fsevents": { version: "2.3.3", optional: true } });
    await rm(join(project, "calls"));

    await runSetup();

    expect(await npmCalls()).toEqual([BUILD]);
  });

  it("accepts a binary for this platform that the lockfile lacks", async () => {
    await writeLock({ ...ZOD, "node_modules/fsevents": { version: "2.3.3", optional: true } });
    await runSetup();
    await writeLock(ZOD);
    await rm(join(project, "calls"));

    await runSetup();

    expect(await npmCalls()).toEqual([BUILD]);
  });

  it("installs again when a package is missing", async () => {
    await runSetup();
    await writeLock({ ...ZOD, "node_modules/express": { version: "5.3.0" } });
    await rm(join(project, "calls"));

    await runSetup();

    expect(await npmCalls()).toEqual([INSTALL, BUILD]);
  });

  it("stops with a message when the install fails", async () => {
    const result = await runSetup({ INSTALL_FAILS: "yes" });

    expect(result).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^setup: `npm install` failed.*network.*\n$/),
    });
    expect(await npmCalls()).toEqual([INSTALL]);
  });

  it("fails when the build fails", async () => {
    const result = await runSetup({ BUILD_FAILS: "yes" });

    expect(result).toMatchObject({ exitCode: 1, stderr: "setup: the build failed, see above.\n" });
  });

  it.each([
    [">=999.0", 1],
    [`>=${process.versions.node.split(".")[0]}.999`, 1],
    [">=20.19", 0],
    [">=18", 0],
  ])("given a project that wants Node %s, exits with %d", async (node, exitCode) => {
    await writeProject({ node });

    const result = await runSetup();

    expect(result.exitCode).toBe(exitCode);
  });

  it("says which Node is wanted, and asks npm for nothing", async () => {
    await writeProject({ node: ">=999.0" });

    const { stderr } = await runSetup();

    expect(stderr).toMatch(
      /^setup: Signalbox needs Node >=999\.0, this is \d+\.\d+\.\d+\. Get .*\n$/,
    );
    expect(await npmCalls()).toEqual([]);
  });
});

interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runSetup(extraEnv: NodeJS.ProcessEnv = {}): Promise<Result> {
  const PATH = [join(project, "bin"), "/usr/bin", "/bin"].join(delimiter);
  const script = join(project, "scripts", "setup.mjs");
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [script],
      { env: { PATH, ...extraEnv } },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

async function npmCalls(): Promise<string[]> {
  const text = await readFile(join(project, "calls"), "utf8").catch(() => "");
  return text.split("\n").filter((line) => line !== "");
}

async function writeProject(engines: { readonly node: string }): Promise<void> {
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "project", engines }));
}

async function writeLock(
  packages: Record<string, { version: string; optional?: boolean }>,
): Promise<void> {
  await writeFile(
    join(project, "package-lock.json"),
    JSON.stringify({ packages: { "": { name: "project" }, ...packages } }),
  );
}
