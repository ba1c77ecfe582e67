/** Writes the trails of runs to a sink. */

import { SinkError, type Sink } from "../../plugins/sink.ts";
import type { TrailOfRun } from "./read-run.ts";

/** All records of one workspace in one write. Rejects as {@link Sink.write} does. */
export async function writeTrails(sink: Sink, trails: readonly TrailOfRun[]): Promise<void> {
  for (const [workspace, ofWorkspace] of groupBy(trails, (trail) => trail.workspace)) {
    // First: a run whose records are there is not looked for again.
    await keepContent(sink, ofWorkspace);
    await sink.write(
      workspace,
      ofWorkspace.flatMap(({ records }) => records),
    );
  }
}

async function keepContent({ content }: Sink, trails: readonly TrailOfRun[]): Promise<void> {
  if (content === undefined) return;
  for (const { workspace, run, content: kept } of trails) {
    if (kept !== undefined) await content.keep({ workspace, run }, kept);
  }
}

/** In the order of what comes first of each group. */
export function groupBy<T>(
  list: readonly T[],
  nameOf: (one: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of list) {
    const group = groups.get(nameOf(one));
    if (group === undefined) groups.set(nameOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** Says why a sink has failed. What others throw than sinks is not repeated: it may hold anything. */
export function describeSinkFailure(error: unknown): string {
  if (error instanceof SinkError) return `${error.code}: ${error.message}`;
  const code: unknown = Reflect.get(Object(error), "code");
  return typeof code === "string" && /^[A-Z_]+$/.test(code)
    ? code
    : "it threw what is no SinkError";
}
