/** docs/reference/events.md has a row for each type of event, and none for another. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunEvent } from "../../client/run-event.ts";

const page = readFileSync(join(__dirname, "../../docs/reference/events.md"), "utf8");

/** The compiler sees to it that none is missing, or too many. */
const TYPES: Readonly<Record<RunEvent["type"], true>> = {
  "run.started": true,
  "route.decided": true,
  "attempt.started": true,
  "attempt.ended": true,
  "attempt.judged": true,
  "step.started": true,
  "step.ended": true,
  "step.waiting": true,
  "step.decided": true,
  "run.reset": true,
  "run.cancel_requested": true,
  "run.ended": true,
};

describe("the page of events", () => {
  it("has a row for each type", () => {
    const rows = [...page.matchAll(/^\| `([\w]+\.[\w]+)`/gm)].map(([, type]) => type);

    expect(rows).toEqual(Object.keys(TYPES));
  });
});
