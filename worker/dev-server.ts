/** Starts a Temporal server of our own for development and tests, on this machine only. */

import { type DevServerConfig, TestWorkflowEnvironment } from "@temporalio/testing";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { assertPortFree } from "./free-port.ts";
import { startWithTemporalBinary } from "./temporal-binary.ts";

const HOST = "127.0.0.1";
const NAMESPACE = "default";

/**
 * What a server for one machine needs. By default each shard reads each of its queues 20 times a second, and a development server
 * has one shard: whatever is to be done next waited 35 ms to be handed out, and now 1 to 2. Eager activities save that altogether.
 */
const DYNAMIC_CONFIG = [
  "system.enableActivityEagerExecution=true",
  "history.transferProcessorMaxPollRPS=2000",
  "history.timerProcessorMaxPollRPS=2000",
  "history.visibilityProcessorMaxPollRPS=2000",
] as const;

export interface DevServerOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: no UI. */
  readonly uiPort?: number;
  /** Where the UI has payloads decoded. Default: nowhere, it shows them as they are kept. */
  readonly codecEndpoint?: string;
  /** SQLite file that keeps runs from one start to the next. Default: none, they are kept in memory. */
  readonly databaseFile?: string;
  /** Registered when the server starts. */
  readonly searchAttributes: Readonly<NonNullable<DevServerConfig["searchAttributes"]>>;
  /** Told in one line, every few seconds, how a download or build of the server is getting on. */
  readonly onProgress?: (line: string) => void;
  /** Read for where to find and keep the `temporal` command. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface DevServer {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | undefined;
  /** Its connections are there to be shared; they close with the server. */
  readonly environment: TestWorkflowEnvironment;
  /** Resolves when the server is gone and its ports are free. Can be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a Temporal server, fetching it first if need be.
 *
 * @throws {SetupError} `PORT_IN_USE`, `TEMPORAL_NOT_FOUND` or `TEMPORAL_START_FAILED`.
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { port, uiPort, databaseFile } = options;
  if (port !== undefined)
    await assertPortFree(port, "the Temporal server", "SIGNALBOX_TEMPORAL_PORT");
  if (uiPort !== undefined)
    await assertPortFree(uiPort, "the Temporal UI", "SIGNALBOX_TEMPORAL_UI_PORT");
  if (databaseFile !== undefined) await mkdir(dirname(databaseFile), { recursive: true });
  const environment = await createEnvironment(options);
  let stopping: Promise<void> | undefined;
  return {
    address: environment.address,
    namespace: NAMESPACE,
    uiUrl: uiPort === undefined ? undefined : `http://${HOST}:${uiPort}`,
    environment,
    stop: () => (stopping ??= environment.teardown()),
  };
}

function createEnvironment(options: DevServerOptions): Promise<TestWorkflowEnvironment> {
  const { port, uiPort, codecEndpoint, databaseFile, searchAttributes, onProgress, env } = options;
  return startWithTemporalBinary(
    (executable) =>
      TestWorkflowEnvironment.createLocal({
        server: {
          executable,
          ip: HOST,
          port,
          uiPort,
          namespace: NAMESPACE,
          dbFilename: databaseFile,
          searchAttributes: [...searchAttributes],
          log: { format: "pretty", level: "error" },
          // No output: no banner; errors are printed.
          extraArgs: [
            ...DYNAMIC_CONFIG.flatMap(toArguments),
            "--output",
            "none",
            ...(codecEndpoint === undefined ? [] : ["--ui-codec-endpoint", codecEndpoint]),
          ],
        },
      }),
    { onProgress, env },
  );
}

function toArguments(setting: string): readonly string[] {
  return ["--dynamic-config-value", setting];
}
