/** Keeps what came of a call in the journal, and finds it there when its worker was lost. */

import { createHash } from "node:crypto";
import { activityInfo, log } from "@temporalio/activity";
import type { AttemptJournal } from "../plugins/contract.ts";

/** Journals say sooner that they are away; one that does not is given up, so that its calls are not stuck. */
const MOST_MS = 30_000;

/**
 * Names one call of the activity that runs now, for the journal and for providers: the same however often Temporal hands it
 * out, and no other call's.
 *
 * @param calls - which of the attempt's calls it is, from 1.
 * @param id - the attempt's. Default: the activity's, which is the same unless that is a local one.
 */
export function callKey(calls: number, id = activityInfo().activityId): string {
  const { workflowExecution, workflowNamespace } = activityInfo();
  const { workflowId, runId } = workflowExecution ?? {};
  const name = JSON.stringify([workflowNamespace, workflowId, runId, id, calls]);
  return createHash("sha256").update(name).digest("hex");
}

// oxlint-disable typescript/no-unnecessary-type-parameters -- Whoever reads an entry is who wrote it.
/**
 * What is kept of a call that somebody else made, such as its answer.
 *
 * @returns `undefined`: nothing, as far as is known.
 */
export async function readEntry<Entry>(
  journal: AttemptJournal | undefined,
  key: string,
): Promise<Entry | undefined> {
  if (journal === undefined) return undefined;
  try {
    const entry = await inTime(journal.read(key));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What was written below, and is whole.
    return entry === undefined ? undefined : (JSON.parse(entry) as Entry);
  } catch (error) {
    log.warn("The journal cannot be read: the call counts as lost.", { reason: reasonOf(error) });
    return undefined;
  }
}

/** An answer that cannot be kept is an answer all the same: only a worker that is lost now would lose it. */
export async function keepEntry(
  journal: AttemptJournal | undefined,
  key: string,
  entry: unknown,
): Promise<void> {
  if (journal === undefined) return;
  try {
    await inTime(journal.write(key, JSON.stringify(entry)));
  } catch (error) {
    log.warn("The journal cannot be written.", { reason: reasonOf(error) });
  }
}

async function inTime<T>(asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DOMException("no answer", "TimeoutError")), MOST_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Nothing of the message, which may quote what was to be written. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
