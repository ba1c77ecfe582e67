/** Listens with the app, and stops without cutting requests off. */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SetupError } from "../worker/setup-error.ts";
import type { AppOptions } from "./app-options.ts";
import { createApp } from "./app.ts";

export interface ApiOptions extends AppOptions {
  /** Default: `"127.0.0.1"`, this machine only. Any other asks for an `authenticator`. */
  readonly host?: string;
  /** 0 takes a free one. Default: 8080. */
  readonly port?: number;
  /** Told, in a line, that no keys are asked for. Default: standard error. */
  readonly onNotice?: (line: string) => void;
}

export interface Api {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Finishes open requests, then closes. Can be called again. */
  stop(): Promise<void>;
}

/**
 * Starts the API. Rejects with Node's own error when the port cannot be opened.
 *
 * @throws {SetupError} KEYS_REQUIRED when others than this machine could reach an API that asks for no keys.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { host = "127.0.0.1", port = 8080 } = options;
  assertKeys(options, host);
  const server = createServer(createApp(options)).listen(port, host);
  server.on("request", (_request, response) => {
    // A kept-alive connection would hold `stop` up for seconds after its last answer.
    response.once("close", () => {
      if (!server.listening) server.closeIdleConnections();
    });
  });
  await once(server, "listening");
  if (options.authenticator === undefined) tellOfNoKeys(options);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
  const { port: opened } = server.address() as AddressInfo;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${opened}`,
    stop: () => (stopping ??= close(server)),
  };
}

/** Names and addresses that only this machine can reach. */
const LOOPBACK = /^(?:localhost|::1|127(?:\.\d{1,3}){3})$/;

function assertKeys({ authenticator }: AppOptions, host: string): void {
  if (authenticator !== undefined || LOOPBACK.test(host)) return;
  throw new SetupError(
    "KEYS_REQUIRED",
    `The API would listen on "${host}", where others than this machine reach it, and asks for no keys. ` +
      `Set SIGNALBOX_API_KEYS or SIGNALBOX_API_KEYS_FILE (\`npx signalbox key\` makes a key), or listen on 127.0.0.1.`,
  );
}

function tellOfNoKeys({ onNotice = writeLine }: ApiOptions): void {
  onNotice(
    "The API asks for no keys: whatever runs on this machine may use it. Set SIGNALBOX_API_KEYS to ask for them.",
  );
}

function writeLine(line: string): void {
  process.stderr.write(`${line}\n`);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
}
