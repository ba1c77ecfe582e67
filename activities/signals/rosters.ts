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

interface Roster<All> {
  readonly models: readonly string[];
  /** Where each stands. Of a list that has one twice, fewer than it is long: such a list is read anew each time. */
  readonly places: ReadonlyMap<string, number>;
  readonly all: All;
  freshUntil: number;
  /** How many changes there had been. */
  changes: number;
}

/** Aliases whose models are kept, each as its filters left them. */
const MOST_ROSTERS = 8;
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

  read(list: readonly Named[], now: number): All {
    const roster = this.#rosters.find(({ models }) => isOf(models, list));
    if (roster === undefined) return this.#columns.copy(this.#add(list, now).all);
    const hasDoubles = roster.places.size < list.length;
    const isOld = hasDoubles || this.#changes - roster.changes > MOST_CHANGES;
    if (isOld || now >= roster.freshUntil) this.#readAll(roster, list, now);
    else if (roster.changes < this.#changes) this.#catchUp(roster, list, now);
    return this.#columns.copy(roster.all);
  }

  #add(list: readonly Named[], now: number): Roster<All> {
    const models = list.map(({ model }) => model);
    const all = this.#columns.make(list.length);
    const places = new Map(models.map((model, place) => [model, place]));
    const roster: Roster<All> = { models, places, all, freshUntil: now, changes: 0 };
    this.#readAll(roster, list, now);
    this.#rosters[this.#oldest] = roster;
    this.#oldest = (this.#oldest + 1) % MOST_ROSTERS;
    return roster;
  }

  #readAll(roster: Roster<All>, list: readonly Named[], now: number): void {
    roster.freshUntil = Infinity;
    for (let index = 0; index < list.length; index += 1) this.#readInto(roster, list, index, now);
    roster.changes = this.#changes;
  }

  #catchUp(roster: Roster<All>, list: readonly Named[], now: number): void {
    for (; roster.changes < this.#changes; roster.changes += 1) {
      const changed = this.#changed[roster.changes % MOST_CHANGES] ?? "";
      const index = roster.places.get(changed);
      if (index !== undefined) this.#readInto(roster, list, index, now);
    }
  }

  #readInto(roster: Roster<All>, list: readonly Named[], index: number, now: number): void {
    const named = list[index];
    if (named === undefined) return;
    const { value, until } = this.#readOne(named, now);
    this.#columns.write(roster.all, index, value);
    if (until < roster.freshUntil) roster.freshUntil = until;
  }
}

function isOf(models: readonly string[], list: readonly Named[]): boolean {
  if (models.length !== list.length) return false;
  for (let index = 0; index < list.length; index += 1) {
    if (list[index]?.model !== models[index]) return false;
  }
  return true;
}
