/** Where Redis is, and what our keys begin with there: the same for all that is kept in it. */

import { PluginError } from "../contract.ts";

export interface RedisOptions {
  /** `redis://` or, with TLS, `rediss://[user:password@]host[:port][/database]`. Never shown. */
  readonly url: string;
  /** What all keys begin with: workers share with those that have the same. Default: `"signalbox"`. */
  readonly prefix?: string | undefined;
}

export const DEFAULT_PREFIX = "signalbox";

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS */
export function checkRedisOptions({ url, prefix }: RedisOptions): void {
  // The value is not shown: it may hold a password.
  if (typeof url !== "string" || !URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw invalid('The option "url" is no address of Redis. Write it as "redis://host:6379".');
  }
  if (prefix !== undefined && !/^[\w.:-]+$/.test(prefix)) {
    throw invalid('The option "prefix" may have letters, digits and "_", ".", ":", "-".');
  }
}

function invalid(message: string): PluginError {
  return new PluginError("PLUGIN_INVALID_OPTIONS", message);
}
