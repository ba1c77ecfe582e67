/** Reads from events which part of a run an execution is. */

import { decodeFromPayloadsAtIndex } from "@temporalio/common/lib/internal-non-workflow/index.js";
import { PART_MEMO, type PartPlace } from "../../graph/part-place.ts";
import type { HistoryEvent, LoadedDataConverter } from "./history-event.ts";

type Memo = NonNullable<HistoryEvent["workflowExecutionStartedEventAttributes"]>["memo"];

/** @param memo - of an execution, or of the request for one. `undefined`: it is no part. */
export async function readPartMemo(
  memo: Memo | undefined,
  converter: LoadedDataConverter,
): Promise<PartPlace | undefined> {
  const payload = memo?.fields?.[PART_MEMO];
  return payload && decodeFromPayloadsAtIndex<PartPlace>(converter, 0, [payload]);
}
