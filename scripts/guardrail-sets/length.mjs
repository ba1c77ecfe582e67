/**
 * Makes the labelled set of the guardrail `length`: `node scripts/guardrail-sets/length.mjs PATH_OF_BANKING77_TRAIN_CSV`.
 * The limits stand in bench/guardrail-sets.ts: 12 to 600 characters, 120 tokens, 6 sentences. Texts are put together of
 * sentences that a person counted, and of words that are known to be one token each. Same seed, same set.
 */

import { bankingQuestions, makeChance, writeSet } from "./seeded.mjs";

const { pick, number, text, uuid } = makeChance(77_031);
const [, , csv] = process.argv;

/** One sentence each, with points that end none. */
const SENTENCES = [
  "Dr. Smith called at 5 p.m. about it.",
  "The fee is 3.5 % of the sum.",
  "See e.g. section 4.2 for more.",
  "Visit example.com for help!",
  "Mr. and Mrs. Brown have two cards.",
  "Is version 1.2.3 the newest one?",
  "J. R. Miller signed it.",
  "Die Karte kommt z. B. am 3. Mai an.",
  "Das kostet ca. 5 Euro.",
  "Où est ma carte ?",
  "¿Dónde está mi tarjeta?",
  "It costs 1.000,50 € vs. 900 €.",
  "Your card was sent.",
  "We cannot do that...",
  "Wait!",
  "No. 5 is alive.",
  "The U.S. dollar fell.",
  "Open file.txt and read it.",
  "Acme Inc. has paid.",
  'He said "no" and left.',
  "卡片已经寄出。",
  "カードはもう届きましたか？",
  "Карта уже отправлена.",
  "Call us at 10 a.m. tomorrow.",
  "Approx. 40 people came.",
];
/** One token each, with the space before them, in o200k_base. */
const WORDS = [
  "the",
  "and",
  "house",
  "water",
  "time",
  "people",
  "world",
  "money",
  "day",
  "year",
  "small",
  "open",
];
const CLUSTERS = [
  "e\u0301",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "\u{1f1e9}\u{1f1ea}",
  "\u{1f44d}\u{1f3fd}",
  "ñ",
  "한",
];

const sentences = (count) => Array.from({ length: count }, () => pick(SENTENCES)).join(" ");
const short = (count) =>
  Array.from({ length: count }, () => pick(SENTENCES.filter((s) => s.length < 30))).join(" ");
const words = (count) => Array.from({ length: count }, () => pick(WORDS)).join(" ");
const clusters = (count) => Array.from({ length: count }, () => pick(CLUSTERS)).join("");

const line = (reply, ...kinds) => ({ reply, kinds });
/** Some of what is long is long in two ways: limits of the others are kept by the ways to make them. */
writeSet("length", "positive", [
  ...Array.from({ length: 90 }, () => line(short(number(7, 9)), "too-many-sentences")),
  ...Array.from({ length: 15 }, () =>
    line(
      Array.from({ length: 8 }, () => pick(["Yes.", "No!", "Why?", "Done."])).join(
        pick([" ", "\n", "  "]),
      ),
      "too-many-sentences",
    ),
  ),
  ...Array.from({ length: 50 }, () => line(clusters(number(1, 11)), "too-few-characters")),
  ...["", "ok", "Yes.", "No", "👍", "是", "Done", "...", "n/a", "12345678901"].map((reply) =>
    line(reply, "too-few-characters"),
  ),
  // The words have 5.6 characters with their space: 104 of them have some 580.
  ...Array.from({ length: 40 }, () =>
    line(words(number(190, 230)), "too-many-tokens", "too-many-characters"),
  ),
  ...Array.from({ length: 40 }, () =>
    line(
      Array.from({ length: number(121, 140) }, () => pick(["the", "and", "day"])).join(" "),
      "too-many-tokens",
    ),
  ),
  // Spaces in a row are few tokens.
  ...Array.from({ length: 30 }, () =>
    line(`The end${" ".repeat(number(600, 900))}is here`, "too-many-characters"),
  ),
]);
writeSet("length", "negative", [
  ...bankingQuestions(csv, 260, 3)
    .filter((question) => question.length >= 12 && question.length < 350)
    .map((reply) => line(reply)),
  ...Array.from({ length: 110 }, () => line(short(number(2, 6)))),
  ...Array.from({ length: 40 }, () =>
    line(Array.from({ length: number(80, 119) }, () => pick(["the", "and", "day"])).join(" ")),
  ),
  ...Array.from({ length: 30 }, () => line(clusters(number(12, 14)))),
  ...Array.from({ length: 30 }, () =>
    line(
      `Order ${text(8, "upper")}-${number(100, 999)} v${number(1, 9)}.${number(0, 99)}.${number(0, 9)} ${uuid()}`,
    ),
  ),
  ...Array.from({ length: 20 }, () =>
    line(`1. First do ${pick(WORDS)}\n2. Then do ${pick(WORDS)}\n3. Then rest`),
  ),
  ...Array.from({ length: 30 }, () =>
    line(
      `https://example.com/a.b.c/d.e?f=${text(9)}. See ${number(1, 9)}.${number(1, 9)}.${number(1, 9)}!`,
    ),
  ),
  ...Array.from({ length: 30 }, () =>
    line(`${pick(SENTENCES)} ${pick(["Wait!!!", "Really?!", "No...", "Ok?!?!"])}`),
  ).filter(({ reply }) => reply.length >= 12),
  ...Array.from({ length: 20 }, () => line({ value: { answer: sentences(2), id: uuid() } })),
]);
