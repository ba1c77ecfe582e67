/** Numbers as reasons show them. */

/** Such as `"$0.0004"`: three digits, and no more than a billionth of a dollar. */
export function inUsd(usd: number): string {
  if (usd >= 1e15) return `$${usd.toPrecision(3)}`;
  const text = Number(usd.toPrecision(3)).toFixed(9);
  return `$${text.replace(/\.?0+$/, "")}`;
}

/** Such as `"1.25 s"` or `"840 ms"`. */
export function inTime(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  return `${Number((durationMs / 1000).toPrecision(3))} s`;
}

/** Such as `"12.5 %"`. */
export function inPercent(ratio: number): string {
  return `${Number((ratio * 100).toPrecision(3))} %`;
}

/** A number without a unit, such as `"0.83"`. */
export function inFigures(value: number): string {
  return String(Number(value.toPrecision(3)));
}
