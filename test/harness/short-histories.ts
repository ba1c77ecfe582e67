/** Clients whose runs continue as new after a few events, so that a test need not make thousands. */

import { Client } from "@temporalio/client";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import type { RunInfo } from "../../workflows/run-info.ts";
import type { TestWorker } from "./temporal.ts";

/** @param events - after which a run continues as new. */
export function withShortHistories(
  { temporal, taskQueue }: Pick<TestWorker, "temporal" | "taskQueue">,
  events: number,
): SignalboxClient {
  const { connection, client } = temporal;
  const limited = new Client({
    ...client.options,
    connection,
    interceptors: {
      workflow: [
        {
          start(input, next) {
            const [given, info] = input.options.args;
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What client/start-run.ts sends.
            const limitedInfo: RunInfo = { ...(info as RunInfo), historyLimit: events };
            return next({ ...input, options: { ...input.options, args: [given, limitedInfo] } });
          },
        },
      ],
    },
  });
  return new SignalboxClient({ temporal: limited, taskQueue });
}
