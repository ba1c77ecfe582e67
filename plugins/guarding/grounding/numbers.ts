/** Reads numbers however they are written: 1,234.5, 1.234,5, 1 234, 3.5 million, 12k. */

const NUMBER =
  /(?<![\p{L}\d_])\d{1,15}(?:[.,'’ \u00a0\u202f]\d{3}){0,4}(?:[.,]\d{1,10})?(?![\d])(?:[ \u00a0]?(thousand|million|billion|mio|mrd|millionen|milliarden|tausend|mille|millions|milliards|k|m|bn)\b)?/giu;

const TIMES: Readonly<Record<string, number>> = {
  thousand: 1e3,
  tausend: 1e3,
  mille: 1e3,
  k: 1e3,
  million: 1e6,
  millions: 1e6,
  millionen: 1e6,
  mio: 1e6,
  m: 1e6,
  billion: 1e9,
  milliarden: 1e9,
  milliards: 1e9,
  mrd: 1e9,
  bn: 1e9,
};

export interface FoundNumber {
  readonly start: number;
  readonly end: number;
  /** What it can mean: 1.234 is one or a thousand. */
  values(): readonly number[];
}

export function findNumbers(text: string): readonly FoundNumber[] {
  return Array.from(text.matchAll(NUMBER), ({ 0: whole, 1: times, index }) => ({
    start: index,
    end: index + whole.length,
    values: () => valuesOf(whole, times),
  }));
}

export function numbersIn(text: string): readonly number[] {
  return findNumbers(text).flatMap((found) => found.values());
}

function valuesOf(whole: string, times: string | undefined): readonly number[] {
  const plain = readings(whole.slice(0, whole.length - (times?.length ?? 0)).trim());
  const factor = times === undefined ? 1 : (TIMES[times.toLowerCase()] ?? 1);
  // 5 m may be metres.
  return factor === 1 ? plain : [...plain, ...plain.map((value) => round(value * factor))];
}

function readings(written: string): readonly number[] {
  const compact = written.replaceAll(/['’ \u00a0\u202f]/g, "");
  const spaced = compact === written ? [] : written.split(/['’ \u00a0\u202f]/).map(Number);
  const english = Number(compact.replaceAll(",", ""));
  const german = Number(compact.replaceAll(".", "").replace(",", "."));
  const decimal = Number(compact.replace(",", "."));
  const all = [english, german, decimal, ...spaced].filter(Number.isFinite);
  return [...new Set(all.map(round))];
}

function round(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
