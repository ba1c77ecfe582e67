/** Finds the recording that is most like a request which was not recorded, and says where the two differ: never what they say. */

import type { ModelRequest } from "../contract.ts";
import type { StoredRecording } from "./recording.ts";

interface Difference {
  /** Where, such as `messages[1].content`. */
  readonly path: string;
  readonly note: string;
  /** From 0, nearly the same, to 1. */
  readonly weight: number;
}

const MOST_NAMED = 4;

/** One sentence on the nearest of `recordings`; `undefined` when there are none. */
export function describeNearest(
  request: ModelRequest,
  recordings: readonly StoredRecording[],
): string | undefined {
  const [nearest] = recordings
    .map(({ file, recording }) => ({ file, differences: compare(recording.request, request, "") }))
    .toSorted((one, other) => distanceOf(one.differences) - distanceOf(other.differences));
  if (nearest === undefined) return undefined;
  const { file, differences } = nearest;
  const named = differences.slice(0, MOST_NAMED).map(({ path, note }) => `"${path}" ${note}`);
  const rest = differences.length - named.length;
  return `The nearest is "${file}", where ${named.join(", ")}${rest > 0 ? `, and ${rest} more` : ""}`;
}

function distanceOf(differences: readonly Difference[]): number {
  return differences.reduce((sum, { weight }) => sum + weight, 0);
}

/** Below these the keys are a user's data, and are not named. */
const OPAQUE = /(?:^|\.)(?:input|output|outputSchema)$/;

function compare(recorded: unknown, asked: unknown, path: string): readonly Difference[] {
  if (JSON.stringify(recorded) === JSON.stringify(asked)) return [];
  if (recorded === undefined) return [{ path, note: "is missing", weight: 1 }];
  if (asked === undefined) return [{ path, note: "is there and is not now", weight: 1 }];
  if (typeof recorded === "string" && typeof asked === "string") {
    return [compareTexts(recorded, asked, path)];
  }
  if (OPAQUE.test(path) || !isContainer(recorded) || !isContainer(asked)) {
    return [{ path, note: "is another", weight: 1 }];
  }
  const keys = new Set([...Object.keys(recorded), ...Object.keys(asked)]);
  return [...keys].flatMap((key) =>
    compare(Reflect.get(recorded, key), Reflect.get(asked, key), join(path, key, recorded)),
  );
}

function join(path: string, key: string, container: object): string {
  if (Array.isArray(container)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function compareTexts(recorded: string, asked: string, path: string): Difference {
  const shorter = Math.min(recorded.length, asked.length);
  let start = 0;
  while (start < shorter && recorded[start] === asked[start]) start += 1;
  let end = 0;
  while (end < shorter - start && recorded.at(-1 - end) === asked.at(-1 - end)) end += 1;
  const longer = Math.max(recorded.length, asked.length);
  return {
    path,
    note: `differs from character ${start + 1} on (${recorded.length} characters there, ${asked.length} now)`,
    weight: 1 - (start + end) / longer,
  };
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
