/** Keeps the values of labels few: each is a series of its own, for as long as the process lives. */

/** Of a step's path: `files[2]/gist` is `files/gist`, as the items of a map are one step. */
export function withoutIndexes(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "");
}

const MOST_NAMES = 200;

/** Lets the first names through. What comes after many is `other`. */
export class FewNames {
  readonly #known = new Set<string>();

  name(name: string): string {
    if (this.#known.has(name)) return name;
    if (this.#known.size >= MOST_NAMES) return "other";
    this.#known.add(name);
    return name;
  }
}
