/**
 * Makes the labelled set of the guardrail `language`: `node scripts/guardrail-sets/language.mjs PATH_OF_BANKING77_TRAIN_CSV`.
 * Allowed are English and German. Same seed, same set.
 */

import { FOREIGN, GERMAN, HARD } from "./language-texts.mjs";
import { bankingQuestions, makeChance, writeSet } from "./seeded.mjs";

const { pick, number, text, uuid } = makeChance(10_022);
const [, , csv] = process.argv;
const questions = bankingQuestions(csv, 420, 7);
const english = () => pick(questions);

const all = Object.values(FOREIGN).flat();
const two = () => {
  const sentences = pick(Object.values(FOREIGN));
  return `${pick(sentences)} ${pick(sentences)}`;
};
const foreign = (reply) => ({ reply, kinds: ["foreign-language"] });
const fine = (reply) => ({ reply, kinds: [] });

writeSet("language", "positive", [
  ...all.map(foreign),
  ...Array.from({ length: 40 }, () => foreign(two())),
  ...Array.from({ length: 12 }, () =>
    foreign(`${two()}\n\nOrder ${text(8, "upper")}, https://example.com/help`),
  ),
  ...Array.from({ length: 12 }, () => foreign({ value: { answer: two(), id: uuid() } })),
  ...Array.from({ length: 8 }, () =>
    foreign(`${two()}\n\n\`\`\`js\nconst answer = await fetchTheAnswer(request);\n\`\`\``),
  ),
  ...Array.from({ length: 8 }, () => foreign(`OK. ${two()}`)),
  ...Array.from({ length: 8 }, () => foreign(two().toUpperCase())),
]);
writeSet("language", "negative", [
  ...questions.slice(0, 330).map(fine),
  ...GERMAN.map(fine),
  ...HARD.map(fine),
  ...Array.from({ length: 40 }, () => fine(`${pick(GERMAN)} ${pick(GERMAN)}`)),
  ...Array.from({ length: 30 }, () =>
    fine(`${english()} ${english()} The customer wrote: "${pick(all)}"`),
  ),
  ...Array.from({ length: 20 }, () =>
    fine(`${pick(GERMAN)} ${pick(GERMAN)} Auf Englisch: ${english()}`),
  ),
  ...Array.from({ length: 20 }, () => fine(`${english()}\n\n\`\`\`\n${pick(FOREIGN.es)}\n\`\`\``)),
  ...Array.from({ length: 20 }, () =>
    fine({ value: { answer: english(), id: uuid(), status: pick(["ok", "enviado", "done"]) } }),
  ),
  ...Array.from({ length: 20 }, () =>
    fine(
      `${text(number(4, 9), "upper")}-${text(4, "digit")} ${uuid()} v${number(1, 9)}.${number(0, 20)}`,
    ),
  ),
  ...Array.from({ length: 20 }, () => fine(english().toUpperCase())),
]);
