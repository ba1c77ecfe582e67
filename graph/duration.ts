/** Durations as people write them: `"30 seconds"`, `"2 days"`. */

type Unit = "millisecond" | "second" | "minute" | "hour" | "day";

const UNIT_MS: ReadonlyMap<string, number> = new Map<Unit, number>([
  ["millisecond", 1],
  ["second", 1_000],
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
]);

/** A whole or decimal number and a unit, such as `"90 seconds"` or `"1 day"`. */
export type Duration = `${number} ${Unit | `${Unit}s`}`;

/**
 * Reads a duration.
 *
 * @returns milliseconds, or `undefined` when the text is no duration or not longer than zero.
 */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ([a-z]+?)s?$/.exec(text) ?? [];
  const unitMs = UNIT_MS.get(unit ?? "");
  if (unitMs === undefined) return undefined;
  const milliseconds = Math.round(Number(amount) * unitMs);
  return milliseconds > 0 && Number.isSafeInteger(milliseconds) ? milliseconds : undefined;
}
