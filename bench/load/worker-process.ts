/**
 * A worker of Signalbox in a process of its own, with the API beside it where one is asked for. Ready with the addresses of
 * the API and of its metrics.
 */

import { parseArgs } from "node:util";
import { startApi, type Api } from "signalbox/api";
import { SignalboxClient } from "signalbox/client";
import { openaiCompatible } from "signalbox/providers/openai-compatible";
import { jsonlSink } from "signalbox/sinks/jsonl";
import { defineConfig, openTemporal, startWorker } from "signalbox/worker";
import { reportReady } from "./child-side.ts";
import { installMeasuredRuntime } from "./measured-runtime.ts";

/** What the process is ready with. */
export interface WorkerReady {
  /** Prometheus: what the worker asked of Temporal. */
  readonly metricsUrl: string;
  readonly apiUrl?: string;
}

const { values } = parseArgs({
  options: {
    /** The module in `graphs/`, without `.js`. */
    graphs: { type: "string", default: "" },
    queue: { type: "string", default: "" },
    upstream: { type: "string", default: "" },
    api: { type: "boolean", default: false },
    /** The API has a connection of its own, as in a process of its own. */
    apart: { type: "boolean", default: false },
    /** Paid replies are not kept. */
    "no-journal": { type: "boolean", default: false },
    /** The folder where the audit trail is kept. */
    audit: { type: "string" },
  },
});

const metricsUrl = await installMeasuredRuntime();
const graphsUrl = new URL(`graphs/${values.graphs}.js`, import.meta.url);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A module is one.
const graphs = (await import(graphsUrl.href)) as Readonly<Record<string, unknown>>;
const temporal = await openTemporal();
const worker = await startWorker({
  config: defineConfig({
    audit: values.audit === undefined ? false : { sinks: [jsonlSink({ folder: values.audit })] },
    providers: [openaiCompatible({ id: "up", baseURL: values.upstream })],
    models: { small: ["up/one"], writer: ["up/one"] },
    ...(values["no-journal"] && { journal: false }),
  }),
  graphs,
  graphsUrl,
  temporal,
  taskQueue: values.queue,
});
const api = values.api ? await openApi() : undefined;

const ready: WorkerReady = {
  metricsUrl,
  ...(api && { apiUrl: api.url }),
};
reportReady(ready, async () => {
  await api?.stop();
  await worker.stop();
  await temporal.close();
});

async function openApi(): Promise<Api> {
  const client = values.apart
    ? await SignalboxClient.connect({ taskQueue: values.queue })
    : new SignalboxClient({ temporal: temporal.client, taskQueue: values.queue });
  return startApi({ client, graphs: worker.graphs, port: 0, onNotice: () => undefined });
}
