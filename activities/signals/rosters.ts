/** What was read of lists of models, which routers ask for time and again: only what has changed since is read anew. */

/** What is asked for. */
export interface Named {
  readonly model: string;
  readonly provider: string;
}

/** Reads one. `until`: how long that is good for, if nothing happens. */
export type ReadOne<Value> = (
  named: Named,
  now: number,
) => { readonly value: Value; readonly until: number };

/** In what the values of a list are kept, by their places. */
export interface Columns<Value, All> {
  make(count: number): All;
  write(all: All, index: number, value: Value): void;
  /** What is kept goes on changing. */
  copy(all: All): All;
}

/** A list that was asked about, by itself: whatever is read of it need not be compared with the list again. */
export interface ModelList {
  readonly named: readonly Named[];
  /** Where each model stands. Of a list that has one twice, fewer than it is long: such a list is read anew each time. */
  readonly places: ReadonlyMap<string, number>;
}

/** Aliases whose models are kept, each as its filters left them. */
const MOST_LISTS = 8;

/** The lists that were asked about lately. */
export class ModelLists {
  readonly #lists: ModelList[] = [];
  #oldest = 0;

  /** The same for the same models in the same order. */
  find(list: readonly Named[]): ModelList {
    return this.#lists.find(({ named }) => isSame(named, list)) ?? this.#add(list);
  }

  #add(list: readonly Named[]): ModelList {
    const named = list.map(({ model, provider }) => ({ model, provider }));
    const places = new Map(named.map(({ model }, place) => [model, place]));
    const added = { named, places };
    this.#lists[this.#oldest] = added;
    this.#oldest = (this.#oldest + 1) % MOST_LISTS;
    return added;
  }
}

interface Roster<All> {
  readonly list: ModelList;
  readonly all: All;
  freshUntil: number;
  /** How many changes there had been. */
  changes: number;
}

/** After more changes a whole list is read anew. */
const MOST_CHANGES = 64;

export class Rosters<Value, All> {
  readonly #readOne: ReadOne<Value>;
  readonly #columns: Columns<Value, All>;
  readonly #rosters: Roster<All>[] = [];
  /** The models that changed last, the newest of all {@link #changes} at its number modulo the length. */
  readonly #changed: string[] = [];
  #changes = 0;
  #oldest = 0;

  constructor(readOne: ReadOne<Value>, columns: Columns<Value, All>) {
    this.#readOne = readOne;
    this.#columns = columns;
  }

  /** Told that another value would be read of a model. */
  change(model: string): void {
    this.#changed[this.#changes % MOST_CHANGES] = model;
    this.#changes += 1;
  }

  /** Told that another value may be read of any. */
  changeAll(): void {
    this.#rosters.length = 0;
    this.#oldest = 0;
  }

  read(list: ModelList, now: number): All {
    const roster = this.#rosters.find((one) => one.list === list);
    if (roster === undefined) return this.#columns.copy(this.#add(list, now).all);
    const hasDoubles = list.places.size < list.named.length;
    const isOld = hasDoubles || this.#changes - roster.changes > MOST_CHANGES;
    if (isOld || now >= roster.freshUntil) this.#readAll(roster, now);
    else if (roster.changes < this.#changes) this.#catchUp(roster, now);
    return this.#columns.copy(roster.all);
  }

  #add(list: ModelList, now: number): Roster<All> {
    const all = this.#columns.make(list.named.length);
    const roster: Roster<All> = { list, all, freshUntil: now, changes: 0 };
    this.#readAll(roster, now);
    this.#rosters[this.#oldest] = roster;
    this.#oldest = (this.#oldest + 1) % MOST_LISTS;
    return roster;
  }

  #readAll(roster: Roster<All>, now: number): void {
    roster.freshUntil = Infinity;
    const { length } = roster.list.named;
    for (let index = 0; index < length; index += 1) this.#readInto(roster, index, now);
    roster.changes = this.#changes;
  }

  #catchUp(roster: Roster<All>, now: number): void {
    for (; roster.changes < this.#changes; roster.changes += 1) {
      const changed = this.#changed[roster.changes % MOST_CHANGES] ?? "";
      const index = roster.list.places.get(changed);
      if (index !== undefined) this.#readInto(roster, index, now);
    }
  }

  #readInto(roster: Roster<All>, index: number, now: number): void {
    const named = roster.list.named[index];
    if (named === undefined) return;
    const { value, until } = this.#readOne(named, now);
    this.#columns.write(roster.all, index, value);
    if (until < roster.freshUntil) roster.freshUntil = until;
  }
}

function isSame(one: readonly Named[], other: readonly Named[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index += 1) {
    if (one[index]!.model !== other[index]!.model) return false;
  }
  return true;
}
