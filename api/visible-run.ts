/**
 * Holds runs apart by workspace: the one place that decides whether a caller may know of a run. Of a run that is not its
 * own, a caller hears word for word what it hears of one that is not there.
 */

import { isRunOf } from "../graph/run-id.ts";
import { unknownRun } from "../client/as-client-error.ts";
import type { RunSummary } from "../client/run.ts";
import { ApiError } from "./api-error.ts";
import type { AppOptions } from "./app-options.ts";
import { ANYBODY, type Caller } from "./caller.ts";

/**
 * Reads a run, if the caller may know of it.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN
 */
export async function readVisible<R extends RunSummary>(
  { workspace }: Caller,
  id: string,
  read: (id: string) => Promise<R>,
): Promise<R> {
  if (workspace === undefined) return read(id);
  // Not asked for at all: how long Temporal takes to answer tells nothing then.
  if (!isRunOf(workspace, id)) throw unknownRun(id);
  const run = await read(id);
  // Whoever starts workflows past this API may choose any id; the attribute has to say the same.
  if (run.workspace !== workspace) throw unknownRun(id);
  return run;
}

/**
 * The run in short, if the caller may know of it.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN
 */
export function findVisible(
  caller: Caller,
  id: string,
  { client }: Pick<AppOptions, "client">,
): Promise<RunSummary> {
  return readVisible(caller, id, (known) => client.summary(known));
}

/**
 * As {@link findVisible}, and asks for nothing where every run may be known of.
 *
 * @throws {ClientError} CLIENT_UNKNOWN_RUN
 */
export async function assertVisible(
  caller: Caller,
  id: string,
  options: Pick<AppOptions, "client">,
): Promise<void> {
  if (caller.workspace !== undefined) await findVisible(caller, id, options);
}

/**
 * Whose things a list shows: with a key of a workspace, those of that alone.
 *
 * @param asked - which workspace the request names.
 * @returns `undefined`: everybody's.
 * @throws {ApiError} API_FORBIDDEN
 */
export function chooseWorkspace(caller: Caller, asked: string | undefined): string | undefined {
  if (caller.workspace === undefined) return asked;
  if (asked === undefined || asked === caller.workspace) return caller.workspace;
  throw new ApiError(
    "API_FORBIDDEN",
    `The key "${caller.id}" belongs to the workspace "${caller.workspace}" and sees nothing of others. Leave "workspace" out.`,
  );
}

/**
 * Who is put on record for a decision or an event: with keys always the key, whatever name comes with the request.
 *
 * @param name - who the sender says it is.
 */
export function signerOf(caller: Caller, name: string | undefined): string {
  if (caller === ANYBODY) return name ?? caller.id;
  // No key's id holds a space, so nobody can pass for another key by a name.
  return name === undefined || name === caller.id ? caller.id : `${caller.id} (for ${name})`;
}
