/** Temporal's runtime of a process that is measured: it tells its metrics over HTTP. */

import { DefaultLogger, Runtime } from "@temporalio/worker";
import { freePort } from "./free-port.ts";

/** To be called before anything else of Temporal's. @returns where the metrics are. */
export async function installMeasuredRuntime(): Promise<string> {
  const bindAddress = `127.0.0.1:${await freePort()}`;
  Runtime.install({
    logger: new DefaultLogger("WARN"),
    shutdownSignals: [],
    telemetryOptions: {
      // Of a busy machine, core warns for every task.
      logging: { filter: { core: "ERROR" } },
      metrics: { prometheus: { bindAddress } },
    },
  });
  return `http://${bindAddress}/metrics`;
}
