/** Which records a query is for. */

import type { SealedRecord } from "../../audit/chain.ts";
import type { SinkQuery } from "../contract.ts";

export function matchesQuery(query: SinkQuery): (sealed: SealedRecord) => boolean {
  const { afterSeq = -1, run } = query;
  const from = query.from === undefined ? -Infinity : Date.parse(query.from);
  const to = query.to === undefined ? Infinity : Date.parse(query.to);
  return ({ seq, record }) => {
    if (seq <= afterSeq || (run !== undefined && record.run !== run)) return false;
    if (from === -Infinity && to === Infinity) return true;
    const at = Date.parse(record.at);
    return at >= from && at < to;
  };
}
