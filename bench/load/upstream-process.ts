/**
 * The fake upstream of the load tests, in a process of its own: speaks OpenAI's chat completions and keeps nothing. Answers at
 * once, and below `/after/200/` when 200 ms have passed.
 */

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import type { ChatRequest } from "../../test/harness/fake-openai.ts";
import { completionBody } from "../../test/harness/openai-bodies.ts";
import { reportReady } from "./child-side.ts";

/** By the first word of the question. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  Classify: { kind: "card" },
  Answer: { text: "Freeze it in the app, then order a new one." },
  Fit: { fit: true },
};

let count = 0;
const server = createServer((request, response) => {
  answer(request)
    .then((body) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    })
    .catch((error: Error) => response.destroy(error));
}).listen(0, "127.0.0.1");
await once(server, "listening");
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- A string only for Unix sockets.
const { port } = server.address() as AddressInfo;

reportReady(`http://127.0.0.1:${port}/v1`, async () => {
  server.close();
  server.closeAllConnections();
});

async function answer(request: IncomingMessage): Promise<unknown> {
  if (request.method === "GET") return { object: "list", data: [{ id: "one", object: "model" }] };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What our own code sent.
  const { model, messages } = (await json(request)) as ChatRequest;
  const [, delayMs] = /^\/after\/(\d+)\//.exec(request.url ?? "") ?? [];
  if (delayMs !== undefined) await setTimeout(Number(delayMs));
  const question = messages.findLast(({ role }) => role === "user")?.content ?? "";
  return completionBody({ content: replyTo(question) }, model, count++);
}

/** `Repeat: …` is answered with all that was asked. */
function replyTo(question: string): string {
  if (question.startsWith("Repeat: ")) return question;
  const [, word = ""] = /^(\w+)/.exec(question) ?? [];
  return JSON.stringify(ANSWERS[word] ?? { text: "hello" });
}
