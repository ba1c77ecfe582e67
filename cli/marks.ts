/** The signs for where a run or a step stands. */

import type { RunStatus, RunStep } from "../client/run.ts";
import type { Paint } from "./colours.ts";

type Status = RunStatus | RunStep["status"];

type Mark = readonly [sign: string, format: Parameters<Paint>[0]];

const MARKS: Readonly<Record<Status, Mark>> = {
  running: ["▸", "cyan"],
  waiting: ["●", "yellow"],
  completed: ["✔", "green"],
  failed: ["✖", "red"],
  cancelled: ["⊘", "yellow"],
  terminated: ["⊘", "red"],
  timed_out: ["✖", "red"],
  continued: ["✔", "dim"],
};

/** The sign, in its colour. */
export function markOf(status: Status, paint: Paint): string {
  const [sign, format] = MARKS[status];
  return paint(format, sign);
}

/** The word for it, in its colour. */
export function nameStatus(status: Status, paint: Paint): string {
  return paint(MARKS[status][1], status.replace("_", " "));
}
