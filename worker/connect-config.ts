/** Where Temporal is, as its own configuration says: environment variables, and a profile of its file. */

import { loadClientConnectConfig, type ClientConnectConfig } from "@temporalio/envconfig";

export interface ConnectConfig {
  readonly connectionOptions: ClientConnectConfig["connectionOptions"];
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
}

/** @see https://docs.temporal.io/references/client-environment-configuration */
export function readConnectConfig(env: NodeJS.ProcessEnv): ConnectConfig {
  const { connectionOptions, namespace = "default" } = loadClientConnectConfig({
    // As client/connect.ts: a shell has no other way to unset a variable for one command than to leave it empty.
    overrideEnvVars: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])),
    ),
  });
  const { address = "127.0.0.1:7233" } = connectionOptions;
  return { connectionOptions, address, namespace };
}
