/** Finds thousands of phrases in one walk over a text: the automaton of Aho and Corasick, over UTF-16 units. */

import type { Span } from "./overlap.ts";
import { unitsOf } from "./units.ts";

/** One of the phrases, and where it stands. */
export interface FoundPhrase {
  /** Which one: its index in the list. */
  readonly phrase: number;
  readonly start: number;
  readonly end: number;
}

const NONE = -1;
const ROOT = 0;

/** Of each finder: 8 MB, of which a text touches a part. */
const MOST_CELLS = 2 ** 21;

/**
 * Edges lie in one table with open addressing: a map for each node would be a hundred times as large. Where a node leads to once fallbacks
 * are followed is remembered in rows, where it is looked up in a tenth of the time; nodes of very long lists that have no row
 * are followed each time.
 */
export class PhraseFinder {
  readonly #lengths: readonly number[];
  readonly #longest: number;
  readonly #table: Edges;
  /** Of each node: where to go on when no edge fits. */
  readonly #fallbacks: Int32Array;
  /** The phrase that ends in the node. */
  readonly #phrases: Int32Array;
  /** The next node, on the way of fallbacks, in which a phrase ends. */
  readonly #outputs: Int32Array;
  /** Of each unit, its place in the rows. 0: it is in no phrase. */
  readonly #columns = new Uint16Array(0x10000);
  /** How long a row is. */
  readonly #width: number;
  /**
   * Of each of the first nodes and each unit: where the row begins of the node that it leads to, and one; negative, where a phrase ends in
   * that node. 0: not known yet.
   */
  readonly #rows: Int32Array;

  /** Empty phrases are never found; of equal ones, the first is. */
  constructor(phrases: readonly string[]) {
    const units = phrases.reduce((sum, { length }) => sum + length, 1);
    this.#lengths = phrases.map(({ length }) => length);
    this.#longest = this.#lengths.reduce((most, length) => Math.max(most, length), 0);
    this.#table = new Edges(units);
    this.#fallbacks = new Int32Array(units);
    this.#phrases = new Int32Array(units).fill(NONE);
    this.#outputs = new Int32Array(units).fill(NONE);
    const edges = this.#grow(phrases);
    this.#link(edges);
    let width = 1;
    for (const [, unit] of edges) if (this.#columns[unit] === 0) this.#columns[unit] = width++;
    this.#width = width;
    this.#rows = new Int32Array(Math.min((edges.length + 1) * width, MOST_CELLS));
  }

  /** All phrases in the text, in the order of their ends. Linear in the length of the text and the number of finds. */
  find(text: string, take: (found: FoundPhrase) => void): void {
    this.#walk(unitsOf(text), { start: 0, end: text.length }, take);
  }

  /** Of these, those that stand in one of the stretches or right beside it, and perhaps some near them. */
  findNear(text: string, stretches: readonly Span[], take: (found: FoundPhrase) => void): void {
    const units = unitsOf(text);
    let next = { start: 0, end: 0 };
    for (const { start, end } of stretches) {
      const from = Math.max(0, start - this.#longest);
      const to = Math.min(units.length, end + this.#longest);
      if (from <= next.end) {
        next.end = to;
        continue;
      }
      this.#walk(units, next, take);
      next = { start: from, end: to };
    }
    this.#walk(units, next, take);
  }

  #walk(units: Uint16Array, { start, end }: Span, take: (found: FoundPhrase) => void): void {
    const [columns, rows] = [this.#columns, this.#rows];
    let row = 0;
    for (let at = start; at < end; at += 1) {
      const column = columns[units[at] ?? 0] ?? 0;
      if (column === 0) {
        row = 0;
        continue;
      }
      const known = rows[row + column] ?? 0;
      if (known > 0) {
        row = known - 1;
        continue;
      }
      const next = known < 0 ? known : this.#learn(row, column, units[at] ?? 0);
      row = (next < 0 ? -next : next) - 1;
      if (next < 0) this.#give(row / this.#width, at + 1, take);
    }
  }

  /** What is written in the rows for it. */
  #learn(row: number, column: number, unit: number): number {
    const node = this.#follow(row / this.#width, unit);
    const next = node * this.#width + 1;
    const isEnd = this.#phrases[node] !== NONE || this.#outputs[node] !== NONE;
    const written = isEnd ? -next : next;
    if (row + column < this.#rows.length) this.#rows[row + column] = written;
    return written;
  }

  #give(node: number, end: number, take: (found: FoundPhrase) => void): void {
    let output = this.#phrases[node] === NONE ? (this.#outputs[node] ?? NONE) : node;
    while (output !== NONE) {
      const phrase = this.#phrases[output] ?? NONE;
      take({ phrase, start: end - (this.#lengths[phrase] ?? 0), end });
      output = this.#outputs[output] ?? NONE;
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

  constructor(most: number) {
    const size = 2 ** Math.ceil(Math.log2(most * 2 + 2));
    this.#mask = size - 1;
    this.#nodes = new Int32Array(size).fill(NONE);
    this.#units = new Uint16Array(size);
    this.#targets = new Int32Array(size);
  }

  get(node: number, unit: number): number {
    const slot = this.#slot(node, unit);
    return this.#nodes[slot] === NONE ? NONE : (this.#targets[slot] ?? NONE);
  }

  set(node: number, unit: number, target: number): void {
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
