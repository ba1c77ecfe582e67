/** The patterns of a configuration, compiled once. */

import { compileModelPattern, isModelPattern } from "../../plugins/contract.ts";

/** Whether a `provider/model` is meant. */
export type Matcher = (model: string) => boolean;

/** Whether a name is one of `patterns`, or fits one. Lists of a configuration live as long as it does: read once. */
export function matcherOf(patterns: readonly string[]): Matcher {
  const known = MATCHERS.get(patterns);
  if (known !== undefined) return known;
  const names = new Set(patterns.filter((text) => !isModelPattern(text)));
  const others = patterns.filter(isModelPattern).map(patternOf);
  const matches: Matcher = (model) => names.has(model) || others.some((fits) => fits(model));
  MATCHERS.set(patterns, matches);
  return matches;
}

const MATCHERS = new WeakMap<readonly string[], Matcher>();

/** The place of the first pattern that a name fits; as many as there are when it fits none. */
export function placeIn(patterns: readonly string[], model: string): number {
  const place = patterns.findIndex((text) => patternOf(text)(model));
  return place < 0 ? patterns.length : place;
}

const COMPILED = new Map<string, Matcher>();

/** Only what a configuration says comes here: nothing that grows. */
export function patternOf(text: string): Matcher {
  const known = COMPILED.get(text) ?? compileModelPattern(text);
  COMPILED.set(text, known);
  return known;
}
