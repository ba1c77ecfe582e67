/** Which writing languages have: what is not written in one that an allowed language has is of another. */

/** Writings that are told apart; Latin is told by words. */
const SCRIPTS = {
  Latin: /\p{Script=Latin}/gu,
  Cyrillic: /\p{Script=Cyrillic}/gu,
  Greek: /\p{Script=Greek}/gu,
  Hebrew: /\p{Script=Hebrew}/gu,
  Arabic: /\p{Script=Arabic}/gu,
  Devanagari: /\p{Script=Devanagari}/gu,
  Bengali: /\p{Script=Bengali}/gu,
  Tamil: /\p{Script=Tamil}/gu,
  Telugu: /\p{Script=Telugu}/gu,
  Gujarati: /\p{Script=Gujarati}/gu,
  Kannada: /\p{Script=Kannada}/gu,
  Thai: /\p{Script=Thai}/gu,
  Khmer: /\p{Script=Khmer}/gu,
  Myanmar: /\p{Script=Myanmar}/gu,
  Ethiopic: /\p{Script=Ethiopic}/gu,
  Armenian: /\p{Script=Armenian}/gu,
  Georgian: /\p{Script=Georgian}/gu,
  Hangul: /\p{Script=Hangul}/gu,
  Kana: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  Han: /\p{Script=Han}/gu,
} as const;

export type Script = keyof typeof SCRIPTS;

const NOT_LATIN: Readonly<Record<string, readonly Script[]>> = {
  ru: ["Cyrillic"],
  uk: ["Cyrillic"],
  be: ["Cyrillic"],
  bg: ["Cyrillic"],
  mk: ["Cyrillic"],
  sr: ["Cyrillic", "Latin"],
  kk: ["Cyrillic", "Latin"],
  mn: ["Cyrillic"],
  tt: ["Cyrillic", "Latin"],
  el: ["Greek"],
  he: ["Hebrew"],
  yi: ["Hebrew"],
  ar: ["Arabic"],
  fa: ["Arabic"],
  ur: ["Arabic"],
  hi: ["Devanagari"],
  mr: ["Devanagari"],
  ne: ["Devanagari"],
  bn: ["Bengali"],
  ta: ["Tamil"],
  te: ["Telugu"],
  gu: ["Gujarati"],
  kn: ["Kannada"],
  th: ["Thai"],
  km: ["Khmer"],
  my: ["Myanmar"],
  am: ["Ethiopic"],
  hy: ["Armenian"],
  ka: ["Georgian"],
  ko: ["Hangul", "Han"],
  ja: ["Kana", "Han"],
  zh: ["Han"],
};

export function scriptsOf(language: string): readonly Script[] {
  return NOT_LATIN[language] ?? ["Latin"];
}

/** One character of these is about a word: they count as many letters. */
const DENSE: readonly Script[] = ["Han", "Kana", "Hangul"];
const LETTERS_PER_DENSE = 3;

/** How many letters of each writing a text has. */
export function countScripts(text: string): ReadonlyMap<Script, number> {
  const latin = text.match(/[A-Za-z]/g)?.length ?? 0;
  const other = text.replaceAll(/[\0-\x7f]+/g, "");
  const counts = new Map<Script, number>([["Latin", latin]]);
  if (other === "") return counts;
  for (const [script, pattern] of entriesOf(SCRIPTS)) {
    const found = other.match(pattern)?.length ?? 0;
    const letters = DENSE.includes(script) ? found * LETTERS_PER_DENSE : found;
    if (letters > 0) counts.set(script, (counts.get(script) ?? 0) + letters);
  }
  return counts;
}

function entriesOf(scripts: typeof SCRIPTS): readonly (readonly [Script, RegExp])[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The type of the entries is lost by the library.
  return Object.entries(scripts) as [Script, RegExp][];
}
