/** Parts: what runs some of the items of one map of a run, in an execution of its own. Where they stand and what they are called. */

/** Which items of which map. */
export interface PartPlace {
  /** The path of the map's step, such as `files` or `outer[3]/files`. */
  readonly map: string;
  /** The index of its first item. */
  readonly from: number;
  readonly count: number;
}

/** The memo in which an execution says that it is a part, and which. */
export const PART_MEMO = "SignalboxPart";

/** The failure of a part that was cancelled: a workflow that ends as cancelled cannot tell what it has used up. */
export const PART_CANCELLED = "cancelled";

/** What a part is called in its run, such as `files[200]`: the place of its first item. */
export function nameOfPart({ map, from }: Pick<PartPlace, "map" | "from">): string {
  return `${map}[${from}]`;
}

/** @param run - the id of the run, also for a part that another part has started. */
export function idOfPart(run: string, place: Pick<PartPlace, "map" | "from">): string {
  return `${run}/${nameOfPart(place)}`;
}

/** The id of the run that an execution belongs to. `place`: of a part. */
export function runOfExecution(
  id: string,
  place: Pick<PartPlace, "map" | "from"> | undefined,
): string {
  const end = place === undefined ? "" : `/${nameOfPart(place)}`;
  return id.endsWith(end) ? id.slice(0, id.length - end.length) : id;
}

/** Whether a step, by its path, belongs to an item of a part. */
export function isStepOfPart(step: string, { map, from, count }: PartPlace): boolean {
  if (!step.startsWith(`${map}[`)) return false;
  const index = Number.parseInt(step.slice(map.length + 1), 10);
  return index >= from && index < from + count;
}
