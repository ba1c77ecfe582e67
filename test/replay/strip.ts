/** Takes out of a recorded history what belongs to the machine it was recorded on, and nothing that replay reads. */

/** What stands for a value, by the name of its field. */
const STAND_INS: Readonly<Record<string, string>> = {
  // The process and host of whoever did it.
  identity: "recorder",
  // Has paths in it.
  stackTrace: "",
  // A hash of the bundle, which has paths in it.
  buildId: "",
  binaryChecksum: "",
};

/** A queue of one worker, with its host in the name. */
const STICKY = "TASK_QUEUE_KIND_STICKY";

/** A history in Temporal's JSON form, or a part of one, without the machine. */
export function stripMachine(value: unknown, taskQueue: string): unknown {
  if (Array.isArray(value)) return value.map((item) => stripMachine(item, taskQueue));
  if (typeof value === "string") return value === taskQueue ? "signalbox" : value;
  if (typeof value !== "object" || value === null) return value;
  const isSticky = "kind" in value && value.kind === STICKY;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (isSticky && name === "name") return [name, "sticky"];
      const standIn = typeof member === "string" ? standInFor(name) : undefined;
      return [name, standIn ?? stripMachine(member, taskQueue)];
    }),
  );
}

/** One event a line: readable in a diff, and still small. */
export function formatEvents(events: readonly unknown[]): string {
  const lines = events.map((event) => JSON.stringify(event));
  return `{"events":[\n${lines.join(",\n")}\n]}\n`;
}

function standInFor(name: string): string | undefined {
  return Object.hasOwn(STAND_INS, name) ? STAND_INS[name] : undefined;
}
