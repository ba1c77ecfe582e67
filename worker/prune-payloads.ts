/** Removes, beside a running worker, large payloads of runs that Temporal no longer has. */

import { Client, WorkflowNotFoundError } from "@temporalio/client";
import { Runtime } from "@temporalio/worker";
import { pruneFiles } from "../payloads/prune-files.ts";
import type { Temporal } from "./temporal.ts";
import { isOurs } from "./worker-payloads.ts";

const DAY_MS = 86_400_000;
/** Longer than anybody's clock is wrong, or a start takes. */
const KEEP_DAYS = 30;

export interface Pruning {
  readonly stop: () => void;
}

/** Looks now and once a day. Nothing is done where payloads go elsewhere than into files. */
export function prunePayloads(
  temporal: Pick<Temporal, "connection" | "namespace"> & Partial<Pick<Temporal, "dataConverter">>,
  keepDays = KEEP_DAYS,
): Pruning {
  const { dataConverter } = temporal;
  const folder = isOurs(dataConverter) ? dataConverter.payloadsFolder : undefined;
  if (folder === undefined) return { stop: () => {} };
  const look = (): void => void pruneGone(folder, temporal, keepDays).catch(tellFailure);
  look();
  const timer = setInterval(look, DAY_MS).unref();
  return { stop: () => clearInterval(timer) };
}

/**
 * @returns how many files were removed. Only of this namespace: of another one, this server may know nothing.
 */
export async function pruneGone(
  folder: string,
  { connection, namespace }: Pick<Temporal, "connection" | "namespace">,
  keepDays: number,
): Promise<number> {
  const { workflow } = new Client({ connection, namespace });
  const isThere = async (id: string): Promise<boolean> => {
    try {
      await workflow.getHandle(id).describe();
      return true;
    } catch (error) {
      // Any other error, such as that of a namespace that is gone or of what cannot be decoded, says nothing of the run.
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  };
  return pruneFiles(folder, {
    before: Date.now() - keepDays * DAY_MS,
    async isKept(owner) {
      if (owner.namespace !== namespace) return true;
      for (const id of withParents(owner.workflowId)) if (await isThere(id)) return true;
      return false;
    },
  });
}

/** A sub-graph's result is in the history of the run that started it, which may be kept for longer: `a/b` was started by `a`. */
function withParents(id: string): readonly string[] {
  const parts = id.split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
}

function tellFailure(error: unknown): void {
  const reason = String(Reflect.get(Object(error), "code") ?? "unknown");
  Runtime.instance().logger.warn(`Old payloads cannot be removed (${reason}).`);
}
