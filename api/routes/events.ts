/** The route that streams what happens in a run, as server-sent events. */

import type { Response } from "express";
import { z } from "zod";
import { ClientError } from "../../client/client-error.ts";
import type { AppOptions } from "../app-options.ts";
import { EventHub } from "../events/event-hub.ts";
import { sendStream } from "../events/send-stream.ts";
import { defineRoute, type Route } from "../route.ts";

const HEADERS = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-store",
  // nginx would keep it until there is enough to send.
  "X-Accel-Buffering": "no",
};

export function streamEvents(options: AppOptions): Route {
  const hub = new EventHub(options.client);
  return defineRoute({
    method: "get",
    path: "/v1/runs/{id}/events",
    operationId: "streamEvents",
    summary:
      "What happens in a run, as it happens: server-sent events, from the first one to the run's end",
    access: "read",
    params: z.object({ id: z.string() }),
    query: z.strictObject({
      after: z.string().optional().describe("As `Last-Event-ID`, which wins"),
    }),
    headers: z.object({
      "Last-Event-ID": z
        .string()
        .optional()
        .describe("The last event that is known: it goes on behind that"),
    }),
    answers: {
      200: { description: "The events; the stream ends with the run", type: "text/event-stream" },
      204: { description: "The run has ended, and all its events are known" },
    },
    errors: ["API_UNKNOWN_RUN", "API_INVALID_QUERY"],
    async handle(request) {
      const { params, query, hungUp } = request;
      // A browser that knows of none sends an empty one.
      const after = request.header("Last-Event-ID") || query.after || undefined;
      const texts = hub.watch({ run: params.id, after, signal: hungUp });
      const first = await texts.next();
      // With a status that is not 200, a browser does not connect again.
      if (first.done) return { status: 204, text: "", type: "text/plain" };
      return {
        status: 200,
        headers: HEADERS,
        write: (response) => write(response, first.value, texts, options),
      };
    },
  });
}

async function write(
  response: Response,
  first: string,
  rest: AsyncGenerator<string>,
  { eventStreams = {} }: AppOptions,
): Promise<void> {
  if (response.req.method === "HEAD") {
    await rest.return(undefined);
    response.end();
    return;
  }
  try {
    await sendStream(response, withFirst(first, rest), eventStreams);
  } catch (error) {
    // It has begun with a 200: whoever connects again hears what is the matter.
    if (!(error instanceof ClientError)) throw error;
  }
}

async function* withFirst(first: string, rest: AsyncIterable<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}
