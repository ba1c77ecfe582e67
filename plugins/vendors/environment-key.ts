/** Finds the key of a provider: in its options, or in the environment that it is given. */

import { PluginError } from "../contract.ts";

/** Variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface KeyOptions {
  /** Default: the variable that the vendor's own tools read, such as `OPENAI_API_KEY`. */
  readonly apiKey?: string;
  /** Where the key is read from when the provider is made. Default: `process.env`. */
  readonly env?: Environment;
}

/**
 * The key, without the line end that a key read from a file has.
 *
 * @param names - Variables to look into, in this order.
 * @throws {PluginError} PLUGIN_MISSING_KEY
 */
export function readKey(
  provider: string,
  options: KeyOptions,
  names: readonly [string, ...string[]],
): string {
  const found = findKey(options, names);
  if (found !== undefined) return found;
  throw missingKey(provider, `${names.join(" or ")}, or give it \`apiKey\``);
}

/** The same. `undefined`: there is none. */
export function findKey(
  { apiKey, env = process.env }: KeyOptions,
  names: readonly string[],
): string | undefined {
  const keys = [apiKey, ...names.map((name) => env[name])].map((value) => value?.trim());
  return keys.find((value) => value !== undefined && value !== "");
}

/** Tells which variables to set and where that is written down. */
export function missingKey(provider: string, variables: string): PluginError {
  return new PluginError(
    "PLUGIN_MISSING_KEY",
    `${provider}() has no key. Set ${variables}. See docs/reference/providers.md#${provider}.`,
  );
}
