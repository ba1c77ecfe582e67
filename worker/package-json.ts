/** This package, as it was installed. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** The path of its `package.json`, by its own name: works from the sources and from `dist/`. */
export const PACKAGE_JSON = createRequire(import.meta.url).resolve("signalbox/package.json");

export function readPackageVersion(): string {
  const { version }: { version: string } = JSON.parse(readFileSync(PACKAGE_JSON, "utf8"));
  return version;
}
