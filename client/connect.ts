/** Connects to Temporal as Temporal's own configuration says: environment variables, and a profile of its file. */

import { Client, Connection, type ClientOptions } from "@temporalio/client";
import { loadClientConnectConfig, type ClientConnectConfig } from "@temporalio/envconfig";
import { openDataConverter } from "../payloads/data-converter.ts";
import { grpcCode } from "./as-client-error.ts";
import { ClientError } from "./client-error.ts";

export interface ConnectOptions {
  /**
   * `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE`, `TEMPORAL_API_KEY`, `TEMPORAL_TLS_*`, `TEMPORAL_PROFILE`,
   * `TEMPORAL_CONFIG_FILE`: as in Temporal's environment configuration. Default: `process.env`.
   *
   * @see https://docs.temporal.io/references/client-environment-configuration
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where the workers listen. Default: `"signalbox"`. */
  readonly taskQueue?: string;
  /** The one that the workers have. Default: as `SIGNALBOX_ENCRYPTION_KEYS` and `SIGNALBOX_PAYLOADS` of `env` say. */
  readonly dataConverter?: ClientOptions["dataConverter"];
}

const DEFAULT_ADDRESS = "127.0.0.1:7233";
const TIMEOUT_MS = 5_000;

/** PERMISSION_DENIED, UNAUTHENTICATED: Temporal did answer. */
const GRPC_REFUSALS: ReadonlySet<number | undefined> = new Set([7, 16]);

/**
 * @throws {ClientError} CLIENT_INVALID_CONFIG, CLIENT_TEMPORAL_UNAVAILABLE
 * @throws {PayloadError} when the settings of payloads are wrong.
 */
export async function connect({
  env = process.env,
  dataConverter: given,
}: ConnectOptions): Promise<Client> {
  const { connectionOptions, namespace = "default" } = loadConfig(env);
  const { address = DEFAULT_ADDRESS, apiKey, tls, metadata } = connectionOptions;
  const dataConverter = given ?? openDataConverter({ env, address });
  const connectTimeout = TIMEOUT_MS;
  const connection = open({ address, apiKey, tls, metadata, connectTimeout });
  try {
    await connection.ensureConnected();
  } catch (error) {
    await connection.close();
    throw GRPC_REFUSALS.has(grpcCode(error)) ? error : unavailable(address, error);
  }
  return new Client({ connection, namespace, dataConverter });
}

type ConnectionOptions = Parameters<typeof Connection.lazy>[0];

function open(options: ConnectionOptions): Connection {
  try {
    return Connection.lazy(options);
  } catch (cause) {
    // A certificate or key that is none.
    throw invalidConfig(cause);
  }
}

function loadConfig(env: NonNullable<ConnectOptions["env"]>): ClientConnectConfig {
  try {
    return loadClientConnectConfig({ overrideEnvVars: withoutEmpty(env) });
  } catch (cause) {
    throw invalidConfig(cause);
  }
}

/** A shell has no other way to unset a variable for one command. */
function withoutEmpty(env: NonNullable<ConnectOptions["env"]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}

/** What the cause says is not repeated: of a file that is not TOML it quotes lines, and keys may be in them. */
function invalidConfig(cause: unknown): ClientError {
  return new ClientError(
    "CLIENT_INVALID_CONFIG",
    "Temporal's configuration cannot be used. Check TEMPORAL_PROFILE, the file of TEMPORAL_CONFIG_FILE, and certificates and keys in TEMPORAL_TLS_*; the error's cause says which.",
    { cause },
  );
}

function unavailable(address: string, cause: unknown): ClientError {
  return new ClientError(
    "CLIENT_TEMPORAL_UNAVAILABLE",
    `No Temporal server answers at "${address}". Start it, or mend the address (TEMPORAL_ADDRESS, or the profile in Temporal's configuration file).`,
    { cause },
  );
}
