/** Remembers the schemas that replies were held to last: each comes with every attempt of its step, as plain data. */

import { problemFinder, type JsonSchema, type ProblemFinder } from "../graph/schema.ts";

/** More steps than most workers have; what is forgotten is read again. */
const MOST_KEPT = 200;

/** By their JSON, the one that was met last at the end. */
const FINDERS = new Map<string, ProblemFinder>();

/** As `problemFinder`, which reads a schema once. */
export function metProblemFinder(schema: JsonSchema): ProblemFinder {
  const key = JSON.stringify(schema);
  const finder = FINDERS.get(key) ?? problemFinder(schema);
  FINDERS.delete(key);
  FINDERS.set(key, finder);
  const [oldest = key] = FINDERS.keys();
  if (FINDERS.size > MOST_KEPT) FINDERS.delete(oldest);
  return finder;
}
