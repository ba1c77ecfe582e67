/** Bytes to and from an API, without an HTTP client that would mend them. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Api } from "../../api/start-api.ts";

/** Opens a connection. What comes is kept, for {@link allFrom}. */
export async function dial({ url }: Api): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  // A reset is one way for a server to end it.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** All that comes until the server ends the connection. */
export async function allFrom(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await Promise.race([once(socket, "end"), once(socket, "close")]);
  socket.destroy();
  return Buffer.concat(chunks).toString("latin1");
}

/** Sends bytes, and gives all that comes until the server ends the connection. */
export async function sendRaw(
  api: Api,
  ...parts: readonly (string | Uint8Array)[]
): Promise<string> {
  const socket = await dial(api);
  const answer = allFrom(socket);
  for (const part of parts) socket.write(part);
  return answer;
}

/** Resolves once the text has come. */
export async function untilReceived(socket: Socket, text: string): Promise<void> {
  let received = "";
  while (!received.includes(text)) {
    const [chunk]: unknown[] = await once(socket, "data");
    received += String(chunk);
  }
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: unknown;
}

/** Reads an answer that is all there is on its connection. */
export function readAnswer(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [, status = ""] = /^HTTP\/1\.1 (\d{3}) /.exec(text) ?? [];
  const body: unknown = JSON.parse(text.slice(end + 4));
  return { status: Number(status), head: text.slice(0, end), body };
}
