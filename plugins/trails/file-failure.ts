/** Says what is wrong with files in the words of a sink, and reads what may not be there. */

import { isNativeError } from "node:util/types";
import { SinkError } from "../contract.ts";

/** Somebody has to let this process in; all else may be over soon, a full disk too. */
const REFUSALS: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);

/** What a file system threw, as a {@link SinkError}; all else as it is. */
export function fileFailure(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || !Reflect.has(Object(error), "syscall")) return error;
  if (REFUSALS.has(code)) {
    return new SinkError(
      "SINK_REFUSES",
      `The files of the audit trail cannot be used (${code}). Let this process read and write its folder.`,
      { cause: error },
    );
  }
  const remedy = code === "ENOSPC" || code === "EDQUOT" ? "Make room" : "See to its folder";
  return new SinkError(
    "SINK_AWAY",
    `The files of the audit trail cannot be used (${code}). ${remedy}; what is missing is written then.`,
    { cause: error },
  );
}

export function codeOf(error: unknown): string | undefined {
  return isNativeError(error) && "code" in error ? String(error.code) : undefined;
}

export async function unlessMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

/** What `work` gives, or the sink's word for what was wrong. */
export async function inFiles<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(error);
  }
}
