/** Reads a moment as people give it: so long ago, or a date. */

import { InvalidArgumentError } from "commander";
import { parseDuration } from "../graph/duration.ts";

const UNITS: Readonly<Record<string, string>> = {
  s: "seconds",
  m: "minutes",
  min: "minutes",
  h: "hours",
  d: "days",
};

/** ISO 8601, with the time or without. Without a zone, the time is this machine's. */
const ISO = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/**
 * Gives it in ISO 8601.
 *
 * @param given - `2h`, `30m`, `7d`, `2 hours`, or ISO 8601.
 * @throws {InvalidArgumentError} which commander tells.
 */
export function readMoment(given: string): string {
  const ago = readDuration(given);
  if (ago !== undefined) return new Date(Date.now() - ago).toISOString();
  const moment = ISO.test(given) ? Date.parse(given.replace(" ", "T")) : Number.NaN;
  if (!Number.isNaN(moment)) return new Date(moment).toISOString();
  throw new InvalidArgumentError('Give "2h", "30m", "7d" or a date such as "2026-11-25T08:00Z".');
}

function readDuration(given: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?([a-z]+)$/.exec(given) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return parseDuration(`${amount} ${UNITS[unit] ?? unit}`);
}
