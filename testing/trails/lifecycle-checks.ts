/** What the contract promises of a sink that is closed: it leaves nothing behind. */

import type { ContractCheck } from "../contract/check.ts";
import { countResources, nothingLeft } from "../keeping/resources.ts";
import { within } from "../keeping/subject.ts";
import { checksOf, newWorkspace, recordsOf, type SinkContractOptions } from "./subject.ts";

const CLOSES_WITHIN_MS = 3_000;

export function lifecycleChecks(options: SinkContractOptions): readonly ContractCheck[] {
  return checksOf(options, [], {
    "closes before it was used": closesUnused,
    "leaves no socket and no timer once it is closed": leavesNothing,
  });
}

async function closesUnused({ open }: SinkContractOptions): Promise<void> {
  const sink = await open();
  await within(Promise.resolve(sink.close?.()), CLOSES_WITHIN_MS, "close()");
}

async function leavesNothing({ open }: SinkContractOptions): Promise<void> {
  const before = countResources();
  const [sink, workspace] = [await open(), newWorkspace()];
  await sink.write(workspace, recordsOf(workspace, "run", 3));
  await sink.findEnded?.(workspace, ["run"]);
  await sink.content?.isHeld({ workspace, run: "run" });
  await within(Promise.resolve(sink.close?.()), CLOSES_WITHIN_MS, "close()");
  await nothingLeft(before, { what: "A sink that is closed", withinMs: CLOSES_WITHIN_MS });
}
