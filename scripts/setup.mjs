/**
 * Makes a fresh clone ready: checks Node, installs what is missing, builds. Runs before `npm start`, `npm test` and
 * `npm run check`, so it must not import anything that is not part of Node.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

process.exitCode = setUp();

/** @returns {number} exit code */
function setUp() {
  const wanted = readJson("package.json").engines.node;
  if (!isAtLeast(process.versions.node, wanted)) {
    complain(
      `Signalbox needs Node ${wanted}, this is ${process.versions.node}. Get a newer one: https://nodejs.org`,
    );
    return 1;
  }
  if (!isInstalled()) {
    say("installing packages");
    // Not `npm ci`: since npm 11.6.2 it refuses a lockfile that lacks binaries for other platforms, and ours does
    // (https://github.com/npm/cli/issues/8805). `--no-save` leaves the lockfile alone; the compiler is a dev dependency.
    // Errors alone: a test uses the AI SDK's packages of three generations, of which the newest warns of Node 20.
    if (!runNpm("install --no-save --include=dev --loglevel=error")) {
      complain(
        "`npm install` failed, see above. Without packages nothing can run: check the network and start again.",
      );
      return 1;
    }
  }
  say("building");
  if (!runNpm("run --silent build")) {
    complain("the build failed, see above.");
    return 1;
  }
  return 0;
}

/** Compares the first two numbers, as in "20.19.0" and ">=20.19". */
function isAtLeast(version, wanted) {
  const [major, minor] = version.match(/\d+/g).map(Number);
  const [wantedMajor, wantedMinor = 0] = wanted.match(/\d+/g).map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/**
 * Compares the lockfile with npm's own record of what it installed. npm writes that last, so a broken-off install has
 * none; and unlike a mark of ours it is there after somebody ran `npm install` by hand, which needs no second install.
 */
function isInstalled() {
  let installed;
  try {
    installed = readJson("node_modules/.package-lock.json").packages;
  } catch {
    return false;
  }
  const locked = readJson("package-lock.json").packages;
  const names = Object.keys({ ...locked, ...installed }).filter((name) => name !== ""); // "" is this project
  return names.every((name) => isSamePackage(locked[name], installed[name]));
}

/** Binaries for other platforms are locked but not installed; one for this platform may be missing in the lockfile. */
function isSamePackage(locked, installed) {
  if (locked === undefined || installed === undefined)
    return (locked ?? installed).optional === true;
  return locked.version === installed.version && locked.integrity === installed.integrity;
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}

/** Through a shell, because on Windows npm is a script. */
function runNpm(command) {
  return spawnSync(`npm ${command}`, { cwd: root, shell: true, stdio: "inherit" }).status === 0;
}

function say(line) {
  process.stdout.write(`setup: ${line}\n`);
}

function complain(line) {
  process.stderr.write(`setup: ${line}\n`);
}
