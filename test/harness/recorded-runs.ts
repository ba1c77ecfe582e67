/** The runs whose histories are recorded in test/replay. One that has continued as new has a file for each of its executions. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { HistoryEvent } from "../../client/trail/history-event.ts";
import { readHistoryFile } from "../../worker/read-history.ts";

const FOLDER = join(__dirname, "../replay/histories");

const files = readdirSync(FOLDER)
  .map((file) => file.replace(".json", ""))
  .toSorted();

/** The first execution of the run that a file is of, and which of its executions it is, from 1. */
function placeOf(file: string): readonly [run: string, execution: number] {
  const [, run = "", execution] = /^(.+)-(\d+)$/.exec(file) ?? [];
  return files.includes(run) ? [run, Number(execution)] : [file, 1];
}

/** Their names. */
export const recordedRuns: readonly string[] = files.filter((file) => placeOf(file)[1] === 1);

const histories = new Map<string, readonly HistoryEvent[]>();

/** What all executions of a run did, one after the other. */
export async function recordedEvents(run: string): Promise<readonly HistoryEvent[]> {
  const known = histories.get(run);
  if (known) return known;
  const own = files
    .filter((file) => placeOf(file)[0] === run)
    .toSorted((one, other) => placeOf(one)[1] - placeOf(other)[1]);
  const read = await Promise.all(own.map((file) => readHistoryFile(join(FOLDER, `${file}.json`))));
  const events = read.flatMap((history) => history.events ?? []);
  histories.set(run, events);
  return events;
}
