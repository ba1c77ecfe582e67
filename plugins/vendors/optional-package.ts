/** Loads the packages that only some providers need: they are not installed with this one. */

import { createRequire } from "node:module";
import { PluginError } from "../contract.ts";

/**
 * Gives a way to load a package, which is then kept. Not loaded yet: only looked for, so that a worker without it does
 * not start.
 *
 * `T` is what the provider uses of it, in words of its own: the types of a package that may not be installed, and that
 * may be one of two major versions, are of no use.
 *
 * @throws {PluginError} PLUGIN_MISSING_PACKAGE
 */
export function optionalPackage<T>(provider: string, name: string): () => Promise<T> {
  if (!isInstalled(name)) throw missingPackage(provider, name);
  let loaded: Promise<T> | undefined;
  return () => (loaded ??= import(name));
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch (error) {
    // A package that has nothing for `require` is there all the same.
    return Reflect.get(Object(error), "code") !== "MODULE_NOT_FOUND";
  }
}

function missingPackage(provider: string, name: string): PluginError {
  return new PluginError(
    "PLUGIN_MISSING_PACKAGE",
    `${provider}() needs the package "${name}", which is not installed. Run: npm install ${name}`,
  );
}
