/** Keeps the answer of an attempt in the journal, and finds it there when its worker was lost. */

import { activityInfo, log } from "@temporalio/activity";
import type { AttemptJournal } from "../plugins/contract.ts";
import type { KeptReply } from "./call-provider.ts";

/** What a worker has that keeps no journal. */
const NO_JOURNAL: AttemptJournal = { read: async () => undefined, write: async () => {} };

/** @typeParam Entry - plain JSON. */
export class JournalPage<Entry = KeptReply> {
  readonly #journal: AttemptJournal;
  readonly #key: string;

  /**
   * The page of the activity that runs now.
   *
   * @param place - its own in the run. Default: the activity's id.
   */
  constructor(
    journal: AttemptJournal = NO_JOURNAL,
    place: readonly (string | number)[] = [activityInfo().activityId],
  ) {
    const { workflowExecution, workflowNamespace = "" } = activityInfo();
    const { workflowId = "", runId = "" } = workflowExecution ?? {};
    this.#journal = journal;
    this.#key = JSON.stringify([workflowNamespace, workflowId, runId, ...place]);
  }

  /** Of an earlier try. `undefined`: none came, as far as is known. */
  async read(): Promise<Entry | undefined> {
    try {
      const entry = await this.#journal.read(this.#key);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What was written below, and is whole.
      return entry === undefined ? undefined : (JSON.parse(entry) as Entry);
    } catch (error) {
      log.warn("The journal cannot be read: a call counts as lost.", { reason: nameOf(error) });
      return undefined;
    }
  }

  /** An answer that cannot be kept is an answer all the same: only a worker that is lost now would lose it. */
  readonly keep = async (entry: Entry): Promise<void> => {
    try {
      await this.#journal.write(this.#key, JSON.stringify(entry));
    } catch (error) {
      log.warn("The journal cannot be written.", { reason: nameOf(error) });
    }
  };
}

/** Nothing of the message, which may quote what was to be written. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return "code" in error ? String(error.code) : error.name;
}
