/**
 * Writes the sets of the guardrails whose rules are the user's own: test/fixtures/guardrails/denylist, allowlist and regex.
 * The rules themselves stand in bench/own-rules.ts.
 * Run: BANKING77=path/of/train.csv node scripts/guardrail-sets/own-rules.mjs
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { questions } from "./banking77.mjs";
import * as disguises from "./disguises.mjs";
import { hex, pick, seeded, shuffle, uuid } from "./random.mjs";

const random = seeded(21);
const digits = (count) => Array.from({ length: count }, () => Math.floor(random() * 10)).join("");

const TERMS = [
  "contoso",
  "fabrikam",
  "guaranteed profit",
  "insider tip",
  "money mule",
  "wire fraud",
  "cat",
  "hell",
  "ass",
  "schwarzgeld",
  "argent sale",
  "dinero negro",
  "чёрный нал",
  "黑钱",
  "ブラックマネー",
  "straßenraub",
  "top-secret",
  "c++ exploit",
  "пирамида",
  "rio grande ltd",
];
const FRAMES = [
  "I want %.",
  "Tell me about % please",
  "% is what they call it",
  "Is (%) allowed?",
  'my friend said: "%"!',
  "%",
  "What is %, and how much is it?",
];
const fullWidth = (text) =>
  text.replace(/[!-~]/g, (character) => String.fromCodePoint(character.charCodeAt(0) + 0xfee0));
const isLatin = (text) => /^[a-z ]+$/.test(text);
const accents = (text) => text.replace(/[aeiou]/g, (letter) => `${letter}\u0301`);
const DISGUISES = [
  (term) => term,
  (term) => term.toUpperCase(),
  fullWidth,
  disguises.zeroWidth,
  disguises.ENCODINGS.entities,
  (term) => term.replaceAll(" ", "\n "),
  (term) => (isLatin(term) ? disguises.homoglyphs(term, random) : term),
  (term) => (isLatin(term) ? accents(term) : term),
  (term) => (isLatin(term) && term.length > 5 ? disguises.leet(term, random) : term),
  (term) =>
    isLatin(term) && !term.includes(" ") && term.length > 5 ? disguises.spelled(term, ".") : term,
  (term) => (term.includes(" ") ? encodeURIComponent(term) : term),
];
const NEAR_TERMS = [
  "category",
  "concatenate",
  "cats",
  "hello",
  "shell",
  "hello world",
  "class",
  "assistant",
  "assign",
  "bass",
  "passage",
  "Scunthorpe",
  "455",
  "a55",
  "A55 5G",
  "Samsung A55",
  "profit",
  "guaranteed by the state",
  "a tip for insiders",
  "mule",
  "wire transfer",
  "fraud",
  "Rio Grande",
  "black money",
  "top of the secret list",
  "C++",
  "пирамиды",
  "catalogue",
  "seashell",
  "grasshopper",
  "classic",
  "scatter",
  "education",
  "compass",
  "glass",
  "hellebore",
  "Michelle",
];

write("denylist", {
  positive: TERMS.flatMap((term) =>
    DISGUISES.map((disguise) => ({
      text: pick(FRAMES, random).replace("%", () => disguise(term)),
      kinds: ["denied-term"],
    })),
  ),
  negative: [
    ...NEAR_TERMS.flatMap((near) =>
      FRAMES.slice(0, 2).map((frame) => frame.replace("%", () => near)),
    ),
    ...questions(400, random),
    ...Array.from(
      { length: 50 },
      () => `Order ${uuid(random)} v${digits(1)}.${digits(2)} ${hex(16, random)}`,
    ),
  ].map((text) => ({ text })),
});

const ALLOWED = [
  "approve",
  "reject",
  "needs review",
  "card_arrival",
  "lost_or_stolen_card",
  "Überweisung",
  "是",
];
const OUTSIDE = [
  "approved",
  "Approve",
  "approve.",
  "approve!",
  "I approve",
  "approve, reject",
  "approve\nreject",
  "rejected",
  "needs  review",
  "need review",
  "card arrival",
  "card_arrivals",
  "lost_or_stolen",
  "überweisung",
  "Uberweisung",
  "否",
  "是的",
  "yes",
  "аpprove",
  "ａpprove",
  "app\u200brove",
  '{"decision":"approve"}',
  "ORD-12345",
  "ORD-1234567",
  "ord-123456",
  "XORD-123456",
  "ORD-123456 ok",
  "",
  "null",
];
write("allowlist", {
  positive: [
    ...OUTSIDE.filter((text) => text !== ""),
    ...questions(120, random),
    ...Array.from({ length: 60 }, () => `ORD-${digits(pick([3, 4, 5, 7, 8], random))}`),
  ].map((reply) => ({ reply, kinds: ["not-allowed"] })),
  negative: [
    ...Array.from({ length: 350 }, () => `ORD-${digits(6)}`),
    ...Array.from({ length: 160 }, () => pick(ALLOWED, random)),
    ...ALLOWED.map((value) => ` ${value}\n`),
  ].map((reply) => ({ reply })),
});

const MATCHES = [
  () => ["employee-id", `EMP-${digits(5)}`],
  () => ["employee-id", `emp-${digits(5)}`],
  () => ["project-name", pick(["project Falcon", "Project osprey", "PROJECT FALCON"], random)],
  () => ["ticket", `TCK-${hex(8, random).toUpperCase()}`],
  () => ["internal-host", `${pick(["db", "web", "mail"], random)}${digits(2)}.corp.example.com`],
];
const NEAR_MATCHES = [
  () => `EMP-${digits(4)}`,
  () => `EMPL-${digits(5)}`,
  () => `EMP-${digits(6)}`,
  () => `TCK-${hex(7, random).toUpperCase()}`,
  () => `TCK_${hex(8, random).toUpperCase()}`,
  () => "project falconry",
  () => "projector Osprey",
  () => `${pick(["db", "web"], random)}.example.com`,
  () => `www${digits(2)}.example.com`,
  () => uuid(random),
  () => hex(40, random),
];
write("regex", {
  positive: Array.from({ length: 220 }, (_, at) => {
    const [kind, match] = MATCHES[at % MATCHES.length]();
    const disguise = pick(
      [
        (text) => text,
        (text) => text,
        fullWidth,
        disguises.zeroWidth,
        disguises.ENCODINGS.entities,
      ],
      random,
    );
    return { text: pick(FRAMES, random).replace("%", () => disguise(match)), kinds: [kind] };
  }),
  negative: [
    ...Array.from({ length: 220 }, (_, at) =>
      pick(FRAMES, random).replace("%", NEAR_MATCHES[at % NEAR_MATCHES.length]),
    ),
    ...questions(300, random),
  ].map((text) => ({ text })),
});

function write(name, halves) {
  const folder = new URL(`../../test/fixtures/guardrails/${name}/`, import.meta.url);
  mkdirSync(folder, { recursive: true });
  for (const [half, lines] of Object.entries(halves)) {
    const mixed = shuffle(lines, random);
    writeFileSync(
      new URL(`${half}.jsonl`, folder),
      mixed.map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
  }
}
