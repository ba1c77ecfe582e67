/** The process with worker and API of `signalbox dev`: one for each version of the code, so that all of it is loaded anew. */

import { setTimeout as wait } from "node:timers/promises";
import { apiOptionsFromEnv } from "../../api/options-from-env.ts";
import { startApi, type Api } from "../../api/start-api.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { temporalUiOf } from "../../client/temporal-ui.ts";
import type { Config } from "../../worker/config.ts";
import { readTelemetrySettings } from "../../worker/telemetry/settings.ts";
import { startWorker, type SignalboxWorker } from "../../worker/signalbox-worker.ts";
import { openTemporal, type Temporal } from "../../worker/temporal.ts";
import { loadConfig, loadGraphs, type ProjectOptions } from "../load-project.ts";
import { failedBy } from "./message.ts";
import { serveParent, type Parent } from "./serve-parent.ts";

/** A worker with nothing in flight stops within this; for another, the next one need not wait. */
const IDLE_STOP_MS = 1_000;

/** Somebody waits for the end. Shorter than the parent's patience with this process. */
const GRACE_MS = 10_000;

interface Parts {
  readonly temporal: Temporal;
  readonly worker: SignalboxWorker;
}

await serveParent(async (parent) => {
  const [, , given = "{}"] = process.argv;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by our parent.
  const project = JSON.parse(given) as ProjectOptions;
  const parts = await start(project, parent);
  parent.tell({ type: "working" });
  parts.worker.stopped.catch((error: unknown) => {
    parent.tell(failedBy(error));
    process.exitCode = 1;
  });
  let api: Api | undefined;
  const opening = parent
    .ordered("open")
    .then(async () => {
      api = await openApi(parts, parent);
    })
    .catch((error: unknown) => parent.tell(failedBy(error)));
  return async () => {
    // What was asked of the old API is answered; nobody can ask it anything new.
    const closing = Promise.all([api?.stop(), parts.worker.stop().catch(() => {})]);
    await Promise.race([closing, wait(IDLE_STOP_MS)]);
    parent.tell({ type: "released" });
    await closing;
    await parts.temporal.close();
    void opening;
  };
});

async function start(project: ProjectOptions, { tell }: Parent): Promise<Parts> {
  const where = { cwd: process.cwd() };
  const config = withOwnPort(await loadConfig(project, where));
  const { exports: graphs, url: graphsUrl } = await loadGraphs(project, where);
  const temporal = await openTemporal({ telemetry: config.telemetry });
  const onWarning = (text: string): void => tell({ type: "note", text });
  const worker = await startWorker({
    config,
    graphs,
    graphsUrl,
    temporal,
    onWarning,
    graceMs: GRACE_MS,
  });
  return { temporal, worker };
}

/** While one version takes over from another both are up, and only one could have the port. The API serves the metrics too. */
function withOwnPort(config: Config): Config & Required<Pick<Config, "telemetry">> {
  const { metricsServer } = readTelemetrySettings(config.telemetry);
  return {
    ...config,
    telemetry: { ...config.telemetry, ...(metricsServer && { metricsPort: 0 }) },
  };
}

async function openApi({ temporal, worker }: Parts, { tell }: Parent): Promise<Api> {
  const { uiUrl, namespace } = temporal;
  const { graphs, models, auditSource } = worker;
  const onNotice = (text: string): void => tell({ type: "note", text });
  const api = await startApi({
    ...apiOptionsFromEnv(process.env, onNotice),
    onNotice,
    client: new SignalboxClient({ temporal: temporal.client }),
    graphs,
    models,
    auditSource,
    temporalUi: temporalUiOf(temporal),
  });
  const versions = [...graphs.values()].map(({ id, version }) => ({ id, version }));
  tell({
    type: "serving",
    facts: {
      apiUrl: api.url,
      namespace,
      ...(uiUrl !== undefined && { uiUrl }),
      graphs: versions,
    },
  });
  return api;
}
