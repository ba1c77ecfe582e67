/** Listens with the app, and stops without cutting requests off. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SetupError } from "../worker/setup-error.ts";
import { openTelemetry } from "../worker/telemetry/open-telemetry.ts";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./app.ts";
import { createHttpServer, type ServerLimits } from "./http-server.ts";
import { DEFAULT_HOST, DEFAULT_PORT, isLoopback, urlOf } from "./hosts.ts";

export interface ApiOptions extends Omit<AppOptions, "stopping" | "onlyLoopback"> {
  /** Default: `"127.0.0.1"`, this machine only. Any other asks for an `authenticator`. */
  readonly host?: string;
  /** 0 takes a free one. Default: 8080. */
  readonly port?: number;
  readonly limits?: ServerLimits;
  /** Told, in a line, that no keys are asked for. Default: standard error. */
  readonly onNotice?: (line: string) => void;
}

export interface Api {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Finishes open requests within 10 seconds, then closes; event streams end at once. Can be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the API. Rejects with Node's own error when the port cannot be opened.
 *
 * @throws {SetupError} KEYS_REQUIRED when others than this machine could reach an API that asks for no keys.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { host = DEFAULT_HOST, port = DEFAULT_PORT, authenticator, limits = {}, logger } = options;
  const onlyLoopback = authenticator === undefined;
  if (onlyLoopback && !isLoopback(host)) throw keysRequired(host);
  const stopping = new AbortController();
  const app = createApp({ ...options, onlyLoopback, stopping: stopping.signal });
  const { server, stop } = createHttpServer(app, limits, logger);
  const telemetry = await openTelemetry({}, { role: "api" });
  server.listen(port, host);
  await once(server, "listening").catch(async (error: unknown) => {
    await telemetry.close();
    throw error;
  });
  if (onlyLoopback) (options.onNotice ?? writeLine)(NO_KEYS);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
  const { port: opened } = server.address() as AddressInfo;
  let stopped: Promise<void> | undefined;
  const stopAll = async (): Promise<void> => {
    await stop();
    await telemetry.close();
  };
  return {
    url: urlOf(host, opened),
    stop() {
      stopping.abort();
      return (stopped ??= stopAll());
    },
  };
}

function keysRequired(host: string): SetupError {
  return new SetupError(
    "KEYS_REQUIRED",
    `The API would listen on "${host}", where others than this machine reach it, and asks for no keys. ` +
      `Set SIGNALBOX_API_KEYS or SIGNALBOX_API_KEYS_FILE (\`npx signalbox key\` makes a key), or listen on 127.0.0.1.`,
  );
}

const NO_KEYS =
  "The API asks for no keys: whatever runs on this machine may use it. Set SIGNALBOX_API_KEYS to ask for them.";

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}
