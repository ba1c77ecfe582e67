/** The options of the API that the environment gives. */

import { readEncryptionKeys } from "../payloads/encryption-keys.ts";
import { SetupError } from "../worker/setup-error.ts";
import { apiKeys } from "./api-keys.ts";
import { createLogger, LOG_LEVELS, type LogLevel } from "../worker/logging/logger.ts";
import { readApiKeys } from "./read-api-keys.ts";
import type { ApiOptions } from "./start-api.ts";

type OptionsFromEnv = Pick<
  ApiOptions,
  | "host"
  | "port"
  | "authenticator"
  | "logger"
  | "rateLimit"
  | "trustedProxies"
  | "corsOrigins"
  | "codecOrigins"
  | "sessionKeys"
>;

/**
 * What `SIGNALBOX_HOST`, `SIGNALBOX_PORT`, `SIGNALBOX_API_KEYS` and the like say. Spread it into the options of
 * {@link startApi}, or override what you know better.
 *
 * @param warn - told, in one line each, of what is allowed but not wise. Default: standard error.
 * @throws {SetupError} VARIABLE_INVALID or KEYS_INVALID
 * @throws {PayloadError} PAYLOADS_INVALID_KEYS
 */
export function apiOptionsFromEnv(
  env: NodeJS.ProcessEnv = process.env,
  warn: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): OptionsFromEnv {
  const entries = readApiKeys(env, warn);
  const level = readLevel(env);
  const codecOrigins = readOrigins(env, "SIGNALBOX_CODEC_ORIGINS");
  const sessionKeys = readEncryptionKeys(env["SIGNALBOX_ENCRYPTION_KEYS"] ?? "");
  return {
    host: env["SIGNALBOX_HOST"] || undefined,
    port: readWhole(env, "SIGNALBOX_PORT", 65_535),
    authenticator: entries.length === 0 ? undefined : apiKeys(entries),
    logger: level === "silent" ? undefined : createLogger(level),
    rateLimit: readWhole(env, "SIGNALBOX_RATE_LIMIT", 1_000_000),
    trustedProxies: readWhole(env, "SIGNALBOX_TRUSTED_PROXIES", 100),
    corsOrigins: readOrigins(env, "SIGNALBOX_CORS_ORIGINS", OR_ANY),
    codecOrigins: codecOrigins.length === 0 ? undefined : codecOrigins,
    sessionKeys: sessionKeys.length === 0 ? undefined : sessionKeys,
  };
}

function readLevel(env: NodeJS.ProcessEnv): LogLevel {
  const text = env["SIGNALBOX_LOG_LEVEL"]?.trim() || "info";
  const level = LOG_LEVELS.find((one) => one === text);
  if (level !== undefined) return level;
  throw new SetupError(
    "VARIABLE_INVALID",
    `SIGNALBOX_LOG_LEVEL is "${text}". Give one of ${LOG_LEVELS.join(", ")}, or unset it.`,
  );
}

const OR_ANY = ', or "*"';

/** Each as browsers send it. */
function readOrigins(env: NodeJS.ProcessEnv, name: string, orAny = ""): readonly string[] {
  const origins = (env[name] ?? "").split(/[\s,]+/).filter(Boolean);
  const isAny = (origin: string): boolean => origin === "*" && orAny !== "";
  const wrong = origins.find((origin) => !isAny(origin) && originOf(origin) !== origin);
  if (wrong === undefined) return origins;
  throw new SetupError(
    "VARIABLE_INVALID",
    `${name} has "${wrong}". Give origins without a path, such as https://app.example.com${orAny}.`,
  );
}

/** A star inside is none: it would be compared as it stands, and let nobody in. */
function originOf(text: string): string | undefined {
  return !text.includes("*") && URL.canParse(text) ? new URL(text).origin : undefined;
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
