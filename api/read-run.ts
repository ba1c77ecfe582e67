/** Reads all that the API tells of a run. */

import type { SignalboxClient } from "../client/signalbox-client.ts";
import type { RunAnswer } from "./answers/run.ts";

/** @throws {ClientError} CLIENT_UNKNOWN_RUN */
export async function readWholeRun(
  id: string,
  client: SignalboxClient,
): Promise<Omit<RunAnswer, "links">> {
  const [run, routes] = await Promise.all([client.get(id), client.routes(id)]);
  return { ...run, routes };
}
