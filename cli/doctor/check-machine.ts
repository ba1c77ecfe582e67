/** Looks at this machine: Node, room on the disk, and the ports. */

import { existsSync } from "node:fs";
import { readFile, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import { assertPortFree } from "../../worker/free-port.ts";
import { PACKAGE_JSON } from "../../worker/package-json.ts";
import { cacheFolder } from "../../worker/temporal-binary.ts";
import { DEFAULT_HOST, DEFAULT_PORT, urlOf } from "../../api/hosts.ts";
import { apiOptionsFromEnv } from "../../api/options-from-env.ts";
import { readApiKeys } from "../../api/read-api-keys.ts";
import { isCoded } from "../tell-error.ts";
import { failed, failedBy, ok, warning, type Finding } from "./finding.ts";

const manifestSchema = z.object({ engines: z.object({ node: z.string() }) });

export async function checkNode(): Promise<Finding> {
  const { engines } = manifestSchema.parse(JSON.parse(await readFile(PACKAGE_JSON, "utf8")));
  const { node: version } = process.versions;
  if (isAtLeast(version, engines.node)) return ok("Node", `version ${version}`);
  const message = `version ${version}; Signalbox needs ${engines.node}`;
  return failed("Node", message, "Install a newer one from https://nodejs.org.");
}

/** Compares the first two numbers, as in "20.19.0" and ">=20.19". */
function isAtLeast(version: string, wanted: string): boolean {
  const [[major = 0, minor = 0], [wantedMajor = 0, wantedMinor = 0]] = [
    numbersOf(version),
    numbersOf(wanted),
  ];
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

function numbersOf(version: string): readonly number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}

const GIBIBYTE = 2 ** 30;

/** The cache holds a fetched Temporal server; a build of one needs some gigabytes for a while. */
export async function checkDisk(env: NodeJS.ProcessEnv): Promise<Finding> {
  const cache = cacheFolder(env);
  const folder = nearestFolder(cache);
  const { bavail, bsize } = await statfs(folder);
  const message = `${((bavail * bsize) / GIBIBYTE).toFixed(1)} GiB free for the cache "${cache}"`;
  if (bavail * bsize >= GIBIBYTE) return ok("disk", message);
  return warning(
    "disk",
    message,
    "Make room, or set SIGNALBOX_CACHE_DIR to a folder that has some.",
  );
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** The API's port is free, or has an API of ours. */
export async function checkApiPort(env: NodeJS.ProcessEnv): Promise<Finding> {
  const check = "API port";
  try {
    const { port = DEFAULT_PORT, host = DEFAULT_HOST } = apiOptionsFromEnv(
      { ...env, ...NO_KEYS },
      () => {},
    );
    try {
      await assertPortFree(port, "the API", "SIGNALBOX_PORT");
      return ok(check, `${port} is free`);
    } catch (error) {
      if (!isCoded(error)) throw error;
      if (await isOurs(host, port)) return ok(check, `an API answers at ${port}`);
      return warning(
        check,
        `${port} is in use, and not by an API of ours`,
        "Stop what uses it, or set SIGNALBOX_PORT to another port.",
      );
    }
  } catch (error) {
    return failedBy(check, error);
  }
}

/** Keys are a check of their own. */
const NO_KEYS = { SIGNALBOX_API_KEYS: undefined, SIGNALBOX_API_KEYS_FILE: undefined } as const;

async function isOurs(host: string, port: number): Promise<boolean> {
  try {
    const response = await fetch(`${urlOf(host, port)}/healthz`, {
      signal: AbortSignal.timeout(2_000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Tells of the entries how many there are, and nothing else. */
export function checkApiKeys(env: NodeJS.ProcessEnv): readonly Finding[] {
  const check = "API keys";
  const warnings: Finding[] = [];
  try {
    const { length } = readApiKeys(env, (line) => warnings.push(warning(check, line)));
    const message =
      length === 0
        ? "none: the API answers this machine only, and asks it for none"
        : `${length} can be read`;
    return [ok(check, message), ...warnings];
  } catch (error) {
    return [failedBy(check, error)];
  }
}
