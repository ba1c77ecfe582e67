/** Checks the limits that a configuration sets. */

import type { UserLimit, UserLimits } from "../plugins/contract.ts";
import { ConfigError } from "./config-error.ts";

const MEMBERS = ["requestsPerMinute", "tokensPerMinute"] as const;
/** More than anybody is allowed, and less than a number can count exactly. */
const LARGEST = 1e12;

/** @throws {ConfigError} CONFIG_INVALID_LIMIT */
export function checkLimits(limits: UserLimits, providers: ReadonlySet<string>): void {
  for (const [name, limit] of Object.entries(limits)) {
    checkName(name, providers);
    checkAmounts(name, limit);
  }
}

/** A limit under a wrong name would never hold anything back, and nobody would notice. */
function checkName(name: string, providers: ReadonlySet<string>): void {
  const [provider = "", model] = name.split(/\/(.*)/s);
  const isKnown = model ? providers.has(provider) || provider.includes("*") : name === "*";
  if (isKnown) return;
  const known = [...providers].map((id) => `"${id}"`).join(", ") || "none";
  throw new ConfigError(
    "CONFIG_INVALID_LIMIT",
    `"limits" names "${name}", which no provider serves (there are: ${known}). ` +
      `Write it as "provider/model", or as a pattern such as "openai/*".`,
  );
}

function checkAmounts(name: string, limit: UserLimit): void {
  const given = Object.entries(limit);
  const wrong = given.find(([member, amount]) => !isMember(member) || !isAmount(amount));
  if (given.length > 0 && wrong === undefined) return;
  const problem = wrong === undefined ? "says nothing" : `has "${wrong[0]}: ${wrong[1]}"`;
  throw new ConfigError(
    "CONFIG_INVALID_LIMIT",
    `The limit of "${name}" ${problem}. Give "requestsPerMinute", "tokensPerMinute" or both, as numbers above 0.`,
  );
}

function isMember(name: string): boolean {
  return MEMBERS.some((member) => member === name);
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value > 0 && value <= LARGEST;
}
