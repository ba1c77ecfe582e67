/** Finds thousands of phrases in one walk over a text: the automaton of Aho and Corasick, over UTF-16 units. */

/** One of the phrases, and where it stands. */
export interface FoundPhrase {
  /** Which one: its index in the list. */
  readonly phrase: number;
  readonly start: number;
  readonly end: number;
}

const NONE = -1;
const ROOT = 0;

/**
 * Where nodes lead to lies in one table with open addressing: a map for each node would be a hundred times as large, and
 * a table of all units for each node larger still.
 */
export class PhraseFinder {
  readonly #lengths: readonly number[];
  readonly #table: Edges;
  /** Of each node: where to go on when no edge fits. */
  readonly #fallbacks: Int32Array;
  /** The phrase that ends in the node. */
  readonly #phrases: Int32Array;
  /** The next node, on the way of fallbacks, in which a phrase ends. */
  readonly #outputs: Int32Array;

  /** Empty phrases are never found; of equal ones, the first is. */
  constructor(phrases: readonly string[]) {
    const units = phrases.reduce((sum, { length }) => sum + length, 1);
    this.#lengths = phrases.map(({ length }) => length);
    this.#table = new Edges(units);
    this.#fallbacks = new Int32Array(units);
    this.#phrases = new Int32Array(units).fill(NONE);
    this.#outputs = new Int32Array(units).fill(NONE);
    this.#link(this.#grow(phrases));
  }

  /** All phrases in the text, in the order of their ends. Linear in the length of the text and the number of finds. */
  find(text: string, take: (found: FoundPhrase) => void): void {
    let node = ROOT;
    for (let at = 0; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      let next = this.#table.get(node, unit);
      while (next === NONE && node !== ROOT) {
        node = this.#fallbacks[node] ?? ROOT;
        next = this.#table.get(node, unit);
      }
      node = next === NONE ? ROOT : next;
      let output = this.#phrases[node] === NONE ? (this.#outputs[node] ?? NONE) : node;
      while (output !== NONE) {
        const phrase = this.#phrases[output] ?? NONE;
        take({ phrase, start: at + 1 - (this.#lengths[phrase] ?? 0), end: at + 1 });
        output = this.#outputs[output] ?? NONE;
      }
    }
  }

  /** Gives the edges in the order of their depth. */
  #grow(
    phrases: readonly string[],
  ): readonly (readonly [from: number, unit: number, to: number])[] {
    const levels: [number, number, number][][] = [];
    let nodes = 1;
    for (const [index, phrase] of phrases.entries()) {
      let node = ROOT;
      for (let at = 0; at < phrase.length; at += 1) {
        const unit = phrase.charCodeAt(at);
        let next = this.#table.get(node, unit);
        if (next === NONE) {
          next = nodes;
          nodes += 1;
          this.#table.set(node, unit, next);
          (levels[at] ??= []).push([node, unit, next]);
        }
        node = next;
      }
      if (node !== ROOT && this.#phrases[node] === NONE) this.#phrases[node] = index;
    }
    return levels.flat();
  }

  #link(edges: readonly (readonly [from: number, unit: number, to: number])[]): void {
    for (const [from, unit, to] of edges) {
      const fallback = from === ROOT ? ROOT : this.#follow(this.#fallbacks[from] ?? ROOT, unit);
      this.#fallbacks[to] = fallback;
      this.#outputs[to] =
        this.#phrases[fallback] === NONE ? (this.#outputs[fallback] ?? NONE) : fallback;
    }
  }

  #follow(start: number, unit: number): number {
    let node = start;
    let next = this.#table.get(node, unit);
    while (next === NONE && node !== ROOT) {
      node = this.#fallbacks[node] ?? ROOT;
      next = this.#table.get(node, unit);
    }
    return next === NONE ? ROOT : next;
  }
}

/** From a node, by a unit, to a node. */
class Edges {
  readonly #mask: number;
  readonly #nodes: Int32Array;
  readonly #units: Uint16Array;
  readonly #targets: Int32Array;
  /** Of the root, which is asked most of the time. */
  readonly #first = new Int32Array(0x10000).fill(NONE);

  constructor(most: number) {
    const size = 2 ** Math.ceil(Math.log2(most * 2 + 2));
    this.#mask = size - 1;
    this.#nodes = new Int32Array(size).fill(NONE);
    this.#units = new Uint16Array(size);
    this.#targets = new Int32Array(size);
  }

  get(node: number, unit: number): number {
    if (node === ROOT) return this.#first[unit] ?? NONE;
    const slot = this.#slot(node, unit);
    return this.#nodes[slot] === NONE ? NONE : (this.#targets[slot] ?? NONE);
  }

  set(node: number, unit: number, target: number): void {
    if (node === ROOT) {
      this.#first[unit] = target;
      return;
    }
    const slot = this.#slot(node, unit);
    this.#nodes[slot] = node;
    this.#units[slot] = unit;
    this.#targets[slot] = target;
  }

  /** Where the edge is, or could be put. */
  #slot(node: number, unit: number): number {
    // Products of this size are exact.
    let slot = (node * 40_503 + unit * 2_654_435) >>> 0;
    slot = (slot ^ (slot >>> 15)) & this.#mask;
    while (this.#nodes[slot] !== NONE && (this.#nodes[slot] !== node || this.#units[slot] !== unit))
      slot = (slot + 1) & this.#mask;
    return slot;
  }
}
