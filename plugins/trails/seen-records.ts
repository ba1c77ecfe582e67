/** Which records a part of a trail has: by run, as those of one run are written close together and asked for together. */

import type { AuditRecord } from "../../audit/record.ts";

export class SeenRecords {
  readonly #runs = new Map<string, { readonly ids: Set<string>; isEnded: boolean }>();

  add({ run, id, type }: AuditRecord): void {
    let seen = this.#runs.get(run);
    if (seen === undefined) this.#runs.set(run, (seen = { ids: new Set(), isEnded: false }));
    seen.ids.add(id);
    if (type === "run.ended") seen.isEnded = true;
  }

  has({ run, id }: AuditRecord): boolean {
    return this.#runs.get(run)?.ids.has(id) ?? false;
  }

  hasEnded(run: string): boolean {
    return this.#runs.get(run)?.isEnded ?? false;
  }

  /** Each run, and whether it has ended. */
  *runs(): Iterable<readonly [run: string, isEnded: boolean]> {
    for (const [run, { isEnded }] of this.#runs) yield [run, isEnded];
  }
}

/** Each once, the first of those with the same id. */
export function withoutRepeats(records: readonly AuditRecord[]): readonly AuditRecord[] {
  const seen = new SeenRecords();
  return records.filter((record) => {
    if (seen.has(record)) return false;
    seen.add(record);
    return true;
  });
}
