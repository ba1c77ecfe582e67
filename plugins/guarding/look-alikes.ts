/** Letters that look like others: a small part of the table of Unicode's confusables, by the Latin letter that is seen. */

/**
 * Both cases of a letter fold alike, so that Russian and Greek words keep matching themselves; where the two look like
 * different Latin letters (`Н`, `н`), the one that is seen more often in disguises was taken.
 *
 * @see https://www.unicode.org/reports/tr39/#Confusable_Detection
 */
const BY_LETTER: Readonly<Record<string, string>> = {
  a: "аɑαᴀᎪꭺ⍺ɐ",
  ae: "æӕ",
  b: "вьβʙᏴƀɓ",
  c: "сϲᴄᏟꮯⅽƈ",
  d: "ԁᴅᎠꭰđðɖɗ",
  e: "еєεᴇᎬꭼəɛϵ",
  f: "ꜰƒ",
  g: "ɡɢԍᏀꮐցǥɠ",
  h: "нһʜᎻꮋհħɦ",
  i: "іιıɪᎥꭵɩӏ",
  j: "јϳᴊᎫꭻȷ",
  k: "кκᴋᏦꮶƙ",
  l: "ʟᏞꮮłƚɫ",
  m: "мᴍᎷꮇ",
  n: "пηɴոɲƞ",
  o: "оοᴏօøσ",
  oe: "œ",
  p: "рρᴘᏢꮲϱ",
  q: "ԛզʠ",
  r: "ʀᎡꭱɍ",
  s: "ѕꜱᏚꮪʂ",
  ss: "ß",
  t: "тτᴛᎢꭲŧƭ",
  u: "υᴜսʋ",
  v: "ѵνᴠᏙꮩ",
  w: "ԝωᴡᎳꮃ",
  x: "хχ",
  y: "уγүʏᎩꭹƴ",
  z: "ζᴢᏃꮓƶ",
};

const LETTERS = new Map(
  Object.entries(BY_LETTER).flatMap(([letter, alikes]) =>
    Array.from(alikes, (alike) => [alike, letter] as const),
  ),
);

/** Squared and negative circled letters: NFKC leaves them as they are. */
const LETTERS_OF_SIGNS = [0x1f150, 0x1f170] as const;

/** The Latin letter that `character`, in lower case, is seen as. `undefined`: itself. */
export function lookAlike(character: string): string | undefined {
  const letter = LETTERS.get(character);
  if (letter !== undefined) return letter;
  const code = character.codePointAt(0) ?? 0;
  const first = LETTERS_OF_SIGNS.find((start) => code >= start && code < start + 26);
  return first === undefined ? undefined : String.fromCharCode(0x61 + code - first);
}
