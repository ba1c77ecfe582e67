/** Holds the schemas of answers equal to the types they are sent as, when they are compiled. No code of it runs. */

/** As JSON: nothing can be told apart by who may write it, and every member that may be there is. */
type Whole<T> = T extends readonly (infer Item)[]
  ? readonly Whole<Item>[]
  : T extends object
    ? { readonly [K in keyof T]-?: Whole<Exclude<T[K], undefined>> }
    : T;

/** Lists are not to be written to, in either. */
type Fixed<T> = T extends readonly (infer Item)[]
  ? readonly Fixed<Item>[]
  : T extends object
    ? { readonly [K in keyof T]: Fixed<T[K]> }
    : T;

type Fits<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : false) : false;

/** `true` where both have the same members of the same types, and the same of them may be absent. */
export type Same<One, Other> =
  Fits<Fixed<One>, Fixed<Other>> extends true ? Fits<Whole<One>, Whole<Other>> : false;

/** Compiles only where all of it is true. */
export type Holds<Facts extends readonly true[]> = Facts;
