/** Chance that comes out the same each time, and what the sets of several guardrails are made with. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";

export const ALPHABETS = {
  alnum: UPPER + LOWER + DIGITS,
  base32: `${UPPER}234567`,
  base64: `${UPPER}${LOWER}${DIGITS}+/`,
  digit: DIGITS,
  hex: "0123456789abcdef",
  letter: UPPER + LOWER,
  lower: LOWER + DIGITS,
  upper: UPPER + DIGITS,
  url: `${UPPER}${LOWER}${DIGITS}_-`,
};

/** @param {number} seed */
export function makeChance(seed) {
  let state = seed >>> 0;
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = (list) => list[Math.floor(next() * list.length)];
  const text = (length, alphabet = "alnum") =>
    Array.from({ length }, () => pick(ALPHABETS[alphabet])).join("");
  const number = (low, high) => low + Math.floor(next() * (high - low + 1));
  const uuid = () =>
    `${text(8, "hex")}-${text(4, "hex")}-4${text(3, "hex")}-a${text(3, "hex")}-${text(12, "hex")}`;
  return { next, pick, text, number, uuid };
}

/** `count` questions of the set banking77 (CC BY 4.0), spread evenly over its file, which is given. */
export function bankingQuestions(file, count, offset) {
  const rows = readFileSync(file, "utf8").trim().split("\n").slice(1);
  const questions = rows
    .map((row) => row.slice(0, row.lastIndexOf(",")))
    .map((text) => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text))
    .filter((text) => text !== "" && !text.includes('"'));
  const step = Math.floor(questions.length / count);
  return Array.from({ length: count }, (_, index) =>
    questions[(index * step + offset) % questions.length].trim(),
  );
}

/** Turns letters by thirteen places: what looks like a live key is not to lie about in plain. */
export function rot13(value) {
  if (Array.isArray(value)) return value.map(rot13);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, key === "role" ? member : rot13(member)]),
    );
  }
  if (typeof value !== "string") return value;
  return value.replaceAll(/[a-z]/gi, (letter) => {
    const base = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - base + 13) % 26) + base);
  });
}

/** Writes one half of a set, each text once. */
export function writeSet(name, half, lines, options = {}) {
  const folder = fileURLToPath(new URL(`../../test/fixtures/guardrails/${name}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  const rows = lines.map(({ kinds, ...rest }) =>
    JSON.stringify(
      options.hide ? { encoding: "rot13", ...rot13(rest), kinds } : { ...rest, kinds },
    ),
  );
  const unique = [...new Set(rows)];
  writeFileSync(`${folder}${half}.jsonl`, `${unique.join("\n")}\n`);
  process.stdout.write(`${name}/${half}: ${unique.length}\n`);
}
