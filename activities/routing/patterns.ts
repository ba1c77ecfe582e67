/** Patterns over names of models: `*` stands for any text, slashes too, so that `openrouter/*` is all of a gateway. */

/** Whether a `provider/model` is meant. */
export type Matcher = (model: string) => boolean;

export function isPattern(text: string): boolean {
  return text.includes("*");
}

/** Whether a name is one of `patterns`, or fits one. Lists of a configuration live as long as it does: read once. */
export function matcherOf(patterns: readonly string[]): Matcher {
  const known = MATCHERS.get(patterns);
  if (known !== undefined) return known;
  const names = new Set(patterns.filter((text) => !isPattern(text)));
  const expressions = patterns.filter(isPattern).map(toExpression);
  const matches: Matcher = (model) =>
    names.has(model) || expressions.some((expression) => expression.test(model));
  MATCHERS.set(patterns, matches);
  return matches;
}

const MATCHERS = new WeakMap<readonly string[], Matcher>();

/** The place of the first pattern that a name fits; as many as there are when it fits none. */
export function placeIn(patterns: readonly string[], model: string): number {
  const place = patterns.findIndex((text) =>
    isPattern(text) ? expressionOf(text).test(model) : text === model,
  );
  return place < 0 ? patterns.length : place;
}

const EXPRESSIONS = new Map<string, RegExp>();

/** Only what a configuration says comes here: nothing that grows. */
function expressionOf(pattern: string): RegExp {
  const known = EXPRESSIONS.get(pattern) ?? toExpression(pattern);
  EXPRESSIONS.set(pattern, known);
  return known;
}

function toExpression(pattern: string): RegExp {
  // Several stars in a row are one: an expression with many could take very long to find that nothing fits.
  const parts = pattern.split(/\*+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
