/** How reasons are put in words: only for the few that are recorded, as there may be hundreds. */

/** Makes the reason when it is wanted. For people; the subject is the model. */
export type Why = () => string;

// Made once: a locale takes longer to read than a route to decide.
const COUNT = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const SMALL_SUM = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const LARGE_SUM = new Intl.NumberFormat("en", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});

/** `8,192`; one decimal where it is no whole number. */
export function inCount(number: number): string {
  return COUNT.format(number);
}

/** `$0.0004`: three digits that say something, and cents where there are dollars. */
export function inUsd(usd: number): string {
  return `$${(usd >= 1 ? LARGE_SUM : SMALL_SUM).format(usd)}`;
}
