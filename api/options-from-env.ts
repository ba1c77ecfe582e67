/** The options of the API that the environment gives. */

import { SetupError } from "../worker/setup-error.ts";
import { apiKeys } from "./api-keys.ts";
import { readApiKeys } from "./read-api-keys.ts";
import type { ApiOptions } from "./start-api.ts";

/**
 * What `SIGNALBOX_HOST`, `SIGNALBOX_PORT`, `SIGNALBOX_API_KEYS` and the like say. Spread it into the options of
 * {@link startApi}, or override what you know better.
 *
 * @param warn - told, in one line each, of what is allowed but not wise. Default: standard error.
 * @throws {SetupError} VARIABLE_INVALID or KEYS_INVALID
 */
export function apiOptionsFromEnv(
  env: NodeJS.ProcessEnv = process.env,
  warn: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Pick<ApiOptions, "host" | "port" | "authenticator"> {
  const entries = readApiKeys(env, warn);
  return {
    host: env["SIGNALBOX_HOST"] || undefined,
    port: readWhole(env, "SIGNALBOX_PORT", 65_535),
    authenticator: entries.length === 0 ? undefined : apiKeys(entries),
  };
}

/** A whole number from 0 to `most`, or `undefined` where the variable is not set. */
function readWhole(env: NodeJS.ProcessEnv, name: string, most: number): number | undefined {
  const text = env[name]?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw new SetupError(
    "VARIABLE_INVALID",
    `${name} is "${text}". Give a whole number from 0 to ${most}, or unset it.`,
  );
}
