/** Questions of banking77 (Casanueva et al. 2020, CC BY 4.0): give the path of its train.csv as BANKING77. */

import { readFileSync } from "node:fs";
import { shuffle } from "./random.mjs";

/** `count` of them, the same each time. */
export function questions(count, random) {
  const csv = readFileSync(process.env.BANKING77 ?? "banking77/train.csv", "utf8");
  const texts = [];
  for (const [, quoted, plain] of csv.matchAll(
    /^(?:"((?:[^"]|"")*)"|([^,\n]*)),[a-zA-Z_?]+\r?$/gm,
  )) {
    const text = (quoted?.replaceAll('""', '"') ?? plain).trim();
    if (text !== "text") texts.push(text.replaceAll(/\s+/g, " "));
  }
  return shuffle(texts, random).slice(0, count);
}
