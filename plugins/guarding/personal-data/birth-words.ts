/** Words for being born, and the names of months, in the languages of most users. */

/** The beginnings of the names: the rest of the word is not looked at. */
export const MONTHS: readonly string[] = [
  "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec",
  "jän|mär|mai|okt|dez",
  "fév|avr|juin|juil|aoû|déc",
  "ene|abr|ago|dic|set|out|fev",
  "gen|mag|giu|lug|ott",
  "maa|mei|maj",
  "sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru",
  "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек",
  "oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara",
];

const NAMES = [
  "dates? of birth|birth ?dates?|birth_dates?|date_of_birth|dateofbirth|birthdays?|b-?days?|d\\.?o\\.?b\\.?|born|bday",
  "geburtsdatum|geburtstag|geboren|geb\\.?|geboortedatum",
  "date de naissance|n[ée]e? le|naissance",
  "fecha (?:de )?nac(?:imiento)?\\.?|nac[ií]|nacid[oa]|f\\. ?nac\\.?|data de nascimento|nascid[oa]|nasci",
  "data di nascita|nat[oa] (?:a|il|in)|nat[oa]",
  "data urodzenia|urodz\\p{L}{2,6}|ur\\.",
  "födelsedatum|född|fødselsdato|født|syntynyt|syntymäaika",
  "дата рождения|родил\\p{L}{2,4}|doğum tarihi|doğum",
].join("|");

/** A sale, a card or a format on somebody's birthday is no birth. */
const NO_BIRTH = "(?!\\s+(?:sale|gift|card|party|offer|deal|discount|voucher|cake|format|again))";

/** In front of a date, with a few words between. */
export const BIRTH_WORDS_BEFORE = new RegExp(
  `(?:(?<![\\p{L}])(?:${NAMES})(?![\\p{L}])${NO_BIRTH}|生年月日|出生日期|出生|생년월일|(?:^|[\\s(,])(?:b\\.|\\*)\\s?$)`,
  "iu",
);

/** Behind one, at once: `12/03/1985 is my date of birth`. */
export const BIRTH_WORDS_AFTER = new RegExp(
  `^[\\s,]{0,2}(?:(?:(?:in|te) \\p{L}{2,20} )?geboren(?!\\p{L})|doğumlu|生まれ|出生|출생|생(?!\\p{L})|(?:года?|г\\.?) ?рожд|г\\. ?р\\.)|^[\\s,]{0,2}(?:is|was|as|ist|est|es|è|é)\\s(?:my|her|his|the|their|mein|meine|ma|mi|la|il mio)?\\s?(?:${NAMES})(?![\\p{L}])${NO_BIRTH}`,
  "iu",
);
