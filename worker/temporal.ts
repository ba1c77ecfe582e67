/** Opens the connection to Temporal: the server that TEMPORAL_ADDRESS names, or one of our own. */

import { Client } from "@temporalio/client";
import { IllegalStateError, type DataConverter } from "@temporalio/common";
import { NativeConnection, Runtime } from "@temporalio/worker";
import { openDataConverter } from "../payloads/data-converter.ts";
import { readConnectConfig } from "./connect-config.ts";
import { startDevServer, type DevServerOptions } from "./dev-server.ts";
import { registerSearchAttributes, SEARCH_ATTRIBUTE_KEYS } from "./register-search-attributes.ts";
import { SetupError } from "./setup-error.ts";
import { isOurs } from "./worker-payloads.ts";
import { temporalLogger } from "./logging/temporal-logger.ts";
import { sdkMetricsFor } from "./telemetry/sdk-metrics.ts";
import {
  readTelemetrySettings,
  type TelemetryOptions,
  type TelemetrySettings,
} from "./telemetry/settings.ts";

/** One connection, shared by worker and client. */
export interface Temporal {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Where the Temporal UI is. Absent: not known. */
  readonly uiUrl: string | undefined;
  /** Whether the server is one of our own, which `close` stops. */
  readonly isOwn: boolean;
  readonly connection: NativeConnection;
  /** Of the client, and of workers: encrypts what runs hold, and puts aside what is large. */
  readonly dataConverter: DataConverter;
  readonly client: Client;
  close(): Promise<void>;
}

export interface TemporalOptions extends Pick<
  DevServerOptions,
  "databaseFile" | "onProgress" | "env"
> {
  /** Default: as `SIGNALBOX_ENCRYPTION_KEYS` and `SIGNALBOX_PAYLOADS` of `env` say. */
  readonly dataConverter?: DataConverter;
  /**
   * Where the UI of a server of our own has payloads decoded, if they are encrypted: `/codec` of an API that is up beside it,
   * such as `http://127.0.0.1:8080/codec`. Default: nowhere.
   */
  readonly codecEndpoint?: string;
  /**
   * Of the configuration: says whether the metrics of Temporal's SDK are counted. `false`: they are not, as for a process without
   * a worker. Default: as the environment says.
   */
  readonly telemetry?: TelemetryOptions | false;
}

let isRuntimeInstalled = false;

/** Temporal's usual ports, so that its own tools find the server without being told. */
const DEFAULT_PORT = 7233;
const DEFAULT_UI_PORT = 8233;

/** Each of them says that there is a server to use. */
const SERVER_VARIABLES = ["TEMPORAL_ADDRESS", "TEMPORAL_PROFILE", "TEMPORAL_CONFIG_FILE"] as const;

/**
 * Connects to the server of `TEMPORAL_ADDRESS`, or of the profile that `TEMPORAL_PROFILE` or `TEMPORAL_CONFIG_FILE` names,
 * with Temporal's own environment variables for TLS and API keys. Without any of the three it starts a development server
 * on this machine.
 *
 * @throws {SetupError} when there is no server to be had.
 * @throws {PayloadError} when the settings of payloads are wrong: nothing is started.
 */
export async function openTemporal(options: TemporalOptions = {}): Promise<Temporal> {
  const { env = process.env } = options;
  const { telemetry } = options;
  await installRuntime(telemetry === false ? undefined : readTelemetrySettings(telemetry, env));
  return SERVER_VARIABLES.some((name) => env[name]) ? connect(options) : startOwn(options);
}

/** One per process; whoever installed another before has their reasons. */
async function installRuntime(settings: TelemetrySettings | undefined): Promise<void> {
  const metrics = isRuntimeInstalled || !settings ? undefined : await sdkMetricsFor(settings);
  try {
    // Whoever starts a worker stops it: the SDK's own signal handlers would stop it under a run in flight.
    Runtime.install({
      logger: temporalLogger(),
      shutdownSignals: [],
      ...(metrics && { telemetryOptions: { metrics } }),
    });
    isRuntimeInstalled = true;
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

async function startOwn(options: TemporalOptions): Promise<Temporal> {
  const { env = process.env } = options;
  const { dataConverter = openDataConverter({ env, address: "" }) } = options;
  const isEncrypting = isOurs(dataConverter) && dataConverter.isEncrypting;
  const server = await startDevServer({
    ...options,
    codecEndpoint: isEncrypting ? options.codecEndpoint : undefined,
    port: Number(env["SIGNALBOX_TEMPORAL_PORT"] ?? DEFAULT_PORT),
    uiPort: Number(env["SIGNALBOX_TEMPORAL_UI_PORT"] ?? DEFAULT_UI_PORT),
    searchAttributes: SEARCH_ATTRIBUTE_KEYS,
  });
  const { address, namespace, uiUrl, environment } = server;
  // A database file keeps the attributes it was made with; the server adds none to it when it starts.
  try {
    await registerSearchAttributes(environment.nativeConnection.operatorService, namespace);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    address,
    namespace,
    uiUrl,
    isOwn: true,
    connection: environment.nativeConnection,
    dataConverter,
    client: new Client({ connection: environment.nativeConnection, namespace, dataConverter }),
    close: () => server.stop(),
  };
}

async function connect(options: TemporalOptions): Promise<Temporal> {
  const { env = process.env } = options;
  const { connectionOptions, address, namespace } = readConnectConfig(env);
  const { dataConverter = openDataConverter({ env, address }) } = options;
  const connection = await NativeConnection.connect(connectionOptions).catch((error: unknown) => {
    throw unreachable(address, error);
  });
  try {
    await registerSearchAttributes(connection.operatorService, namespace);
  } catch (error) {
    await connection.close();
    throw error;
  }
  return {
    address,
    namespace,
    uiUrl: env["SIGNALBOX_TEMPORAL_UI_URL"],
    isOwn: false,
    connection,
    dataConverter,
    client: new Client({ connection, namespace, dataConverter }),
    close: () => connection.close(),
  };
}

function unreachable(address: string, cause: unknown): SetupError {
  return new SetupError(
    "TEMPORAL_UNREACHABLE",
    `No Temporal server answers at "${address}" (TEMPORAL_ADDRESS). ` +
      `Start it, or mend the address, or unset TEMPORAL_ADDRESS to use a server on this machine.`,
    { cause },
  );
}
