/** The routes by which a process is watched. */

import type { RequestHandler } from "express";
import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { AppOptions } from "../app-options.ts";
import { defineRoute, type Route } from "../route.ts";

/** Whoever watches may ask as often as they like: Temporal is asked once in this time. */
const READY_FOR_MS = 1_000;

const UP = JSON.stringify({ status: "ok" });
const UP_HEADERS = {
  "Content-Type": "application/json; charset=utf-8",
  "Content-Length": UP.length,
};

/** Answers {@link readHealth} without what other answers go through: it is asked often, and nothing of it ever changes. */
export const answerHealth: RequestHandler = (_request, response) => {
  response.writeHead(200, UP_HEADERS).end(UP);
};

export function readHealth(): Route {
  return defineRoute({
    method: "get",
    path: "/healthz",
    operationId: "readHealth",
    summary: "Whether the process is up",
    access: "open",
    answers: {
      200: { description: "It is", schema: z.object({ status: z.literal("ok") }) },
    },
    handle: () => ({ status: 200, text: UP, type: UP_HEADERS["Content-Type"] }),
  });
}

export function readReadiness({ client, isReady = () => client.isReachable() }: AppOptions): Route {
  const ask = askedAtMostEvery(READY_FOR_MS, isReady);
  return defineRoute({
    method: "get",
    path: "/readyz",
    operationId: "readReadiness",
    summary: "Whether runs can be started and read: whether Temporal answers",
    access: "open",
    answers: {
      200: { description: "They can", schema: z.object({ status: z.literal("ready") }) },
    },
    errors: ["API_NOT_READY"],
    async handle() {
      if (await ask()) return { status: 200, json: { status: "ready" } };
      throw new ApiError(
        "API_NOT_READY",
        "Temporal does not answer: runs cannot be started or read. See whether its server is up.",
        { headers: { "Retry-After": "1" } },
      );
    },
  });
}

function askedAtMostEvery(ms: number, ask: () => Promise<boolean>): () => Promise<boolean> {
  let last: { readonly at: number; readonly answer: Promise<boolean> } | undefined;
  return () => {
    const now = performance.now();
    if (last === undefined || now - last.at >= ms) last = { at: now, answer: ask() };
    return last.answer;
  };
}
