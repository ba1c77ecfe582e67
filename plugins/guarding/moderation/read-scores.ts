/** Reads the answer of a moderation API, which OpenAI and Mistral write alike. */

import { isRecord } from "../../http/vendor-error.ts";

/** What the API says of one text: for each category how sure it is, and whether it minds. */
export interface Moderated {
  readonly scores: ReadonlyMap<string, number>;
  readonly flagged: ReadonlySet<string>;
}

/** What it says of each text, in order. `undefined`: the answer is not what the API promises. */
export function readModerated(body: unknown, count: number): readonly Moderated[] | undefined {
  const results: unknown = isRecord(body) ? body["results"] : undefined;
  if (!Array.isArray(results) || results.length !== count) return undefined;
  const read = results.map(readResult);
  return read.every((result) => result !== undefined) ? read : undefined;
}

function readResult(result: unknown): Moderated | undefined {
  if (!isRecord(result)) return undefined;
  const { categories, category_scores: scores } = result;
  if (!isRecord(categories) || !isRecord(scores)) return undefined;
  const read = Object.entries(scores).filter(isScore);
  // Nothing said is not "nothing found".
  if (read.length === 0 || read.length !== Object.keys(scores).length) return undefined;
  const flagged = Object.keys(categories).filter((category) => categories[category] === true);
  return { scores: new Map(read), flagged: new Set(flagged) };
}

function isScore(entry: [string, unknown]): entry is [string, number] {
  const [, score] = entry;
  return typeof score === "number" && score >= 0 && score <= 1;
}
