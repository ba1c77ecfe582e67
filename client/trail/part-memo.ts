/** Reads from events which part of a run an execution is. */

import { PART_MEMO, type PartPlace } from "../../graph/part-place.ts";
import { decodePayload, type HistoryEvent, type LoadedDataConverter } from "./history-event.ts";

type Memo = NonNullable<HistoryEvent["workflowExecutionStartedEventAttributes"]>["memo"];

/** @param memo - of an execution, or of the request for one. `undefined`: it is no part. */
export async function readPartMemo(
  memo: Memo | undefined,
  converter: LoadedDataConverter,
): Promise<PartPlace | undefined> {
  const payload = memo?.fields?.[PART_MEMO];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by workflows/temporal-part.ts.
  return payload && (decodePayload(converter, payload) as Promise<PartPlace>);
}
