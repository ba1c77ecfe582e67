/** Finds the name that somebody most likely meant. */

/** Names that are further off than this are no misspelling. */
const MOST_EDITS = 3;

/** The one of `names` that is nearest to `given`, `undefined` when none is near. */
export function nearestOf(given: string, names: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let fewest = Math.min(MOST_EDITS, Math.ceil(given.length / 2)) + 1;
  for (const name of names) {
    const edits = name.startsWith(given) && given.length > 1 ? 1 : editsBetween(given, name);
    if (edits < fewest) [nearest, fewest] = [name, edits];
  }
  return nearest;
}

/** How many characters have to be put in, taken out or replaced (Levenshtein). */
function editsBetween(one: string, other: string): number {
  // Long names cannot be near, and would take long.
  if (Math.abs(one.length - other.length) > MOST_EDITS) return Infinity;
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let at = 1; at <= one.length; at++) {
    const next = [at];
    for (let to = 1; to <= other.length; to++) {
      const replaced = (row[to - 1] ?? 0) + (one[at - 1] === other[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? Infinity;
}
