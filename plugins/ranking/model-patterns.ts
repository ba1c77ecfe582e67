/** Finds what is said of a model, by its name or by a pattern such as `"openrouter/*"`. */

import { compileModelPattern, isModelPattern } from "../model-pattern.ts";

/** More names than any catalogue has: beyond, what was found is forgotten and found again. */
const MOST_REMEMBERED = 10_000;

/**
 * A look-up by model. A name wins over a pattern, and of the patterns the first one that fits.
 *
 * @param sayings - by name or pattern, in which `*` stands for any text, slashes too.
 */
export function matchModels<T>(
  sayings: readonly (readonly [pattern: string, said: T])[],
): (model: string) => T | undefined {
  const names = new Map(sayings.filter(([pattern]) => !isModelPattern(pattern)));
  const patterns = sayings
    .filter(([pattern]) => isModelPattern(pattern))
    .map(([pattern, said]) => ({ fits: compileModelPattern(pattern), said }));
  if (patterns.length === 0) return (model) => names.get(model);
  // Nothing said is remembered too, as `null`: to ask for it twice would take twice as long.
  const remembered = new Map<string, T | null>();
  return (model) => {
    const known = remembered.get(model);
    if (known !== undefined) return known ?? undefined;
    const said = names.has(model)
      ? names.get(model)
      : patterns.find(({ fits }) => fits(model))?.said;
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(model, said ?? null);
    return said;
  };
}
