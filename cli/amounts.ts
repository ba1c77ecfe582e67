/** Money and time as people read them. */

import { formatNanoUsd, toNanoUsd } from "../graph/money.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Such as `$0.00123`: exact. */
export function formatCost(nanoUsd: number): string {
  return `$${formatNanoUsd(nanoUsd)}`;
}

/** A cost as Temporal's lists have it. */
export function formatUsd(usd: number): string {
  return formatCost(toNanoUsd(usd));
}

/** Such as `340 ms`, `1.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatMs(durationMs: number): string {
  const ms = Math.max(0, Math.round(durationMs));
  if (ms < SECOND_MS) return `${ms} ms`;
  if (ms < MINUTE_MS - 50) return `${(ms / SECOND_MS).toFixed(1)} s`;
  if (ms < HOUR_MS) return pair(ms, [MINUTE_MS, "min"], [SECOND_MS, "s"]);
  if (ms < DAY_MS) return pair(ms, [HOUR_MS, "h"], [MINUTE_MS, "min"]);
  return pair(ms, [DAY_MS, "d"], [HOUR_MS, "h"]);
}

type Unit = readonly [ms: number, name: string];

function pair(ms: number, [large, one]: Unit, [small, other]: Unit): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${one}${rest === 0 ? "" : ` ${rest} ${other}`}`;
}

/** A moment in ISO 8601 to the second: `2026-11-25 20:14:44`. In UTC, as everything of Temporal. */
export function formatMoment(moment: string): string {
  return moment.slice(0, 19).replace("T", " ");
}

/** From one moment in ISO 8601 to another, or to now. */
export function msBetween(from: string, to: string | undefined, now = Date.now()): number {
  return (to === undefined ? now : Date.parse(to)) - Date.parse(from);
}
