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

interface Roster<Value> {
  readonly models: readonly string[];
  /** In the order of the models. */
  readonly values: Value[];
  freshUntil: number;
  /** How many changes there had been. */
  changes: number;
}

/** Aliases whose models are kept, each as its filters left them. */
const MOST_ROSTERS = 8;
/** After more changes a whole list is read anew. */
const MOST_CHANGES = 64;

export class Rosters<Value> {
  readonly #readOne: ReadOne<Value>;
  readonly #rosters: Roster<Value>[] = [];
  /** The models that changed last, the newest of all {@link #changes} at its number modulo the length. */
  readonly #changed: string[] = [];
  #changes = 0;
  #oldest = 0;

  constructor(readOne: ReadOne<Value>) {
    this.#readOne = readOne;
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

  read(list: readonly Named[], now: number): readonly Value[] {
    const roster = this.#rosters.find(({ models }) => isOf(models, list));
    if (roster === undefined) return this.#add(list, now).values.slice();
    const isOld = this.#changes - roster.changes > MOST_CHANGES;
    if (isOld || now >= roster.freshUntil) this.#readAll(roster, list, now);
    else if (roster.changes < this.#changes) this.#catchUp(roster, list, now);
    // A copy, as what is kept goes on changing.
    return roster.values.slice();
  }

  #add(list: readonly Named[], now: number): Roster<Value> {
    const models = list.map(({ model }) => model);
    const roster: Roster<Value> = { models, values: [], freshUntil: now, changes: 0 };
    this.#readAll(roster, list, now);
    this.#rosters[this.#oldest] = roster;
    this.#oldest = (this.#oldest + 1) % MOST_ROSTERS;
    return roster;
  }

  #readAll(roster: Roster<Value>, list: readonly Named[], now: number): void {
    roster.freshUntil = Infinity;
    for (let index = 0; index < list.length; index += 1) this.#readInto(roster, list, index, now);
    roster.changes = this.#changes;
  }

  #catchUp(roster: Roster<Value>, list: readonly Named[], now: number): void {
    for (; roster.changes < this.#changes; roster.changes += 1) {
      const changed = this.#changed[roster.changes % MOST_CHANGES] ?? "";
      const index = roster.models.indexOf(changed);
      if (index >= 0) this.#readInto(roster, list, index, now);
    }
  }

  #readInto(roster: Roster<Value>, list: readonly Named[], index: number, now: number): void {
    const named = list[index];
    if (named === undefined) return;
    const { value, until } = this.#readOne(named, now);
    roster.values[index] = value;
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
