/** Gives every request an id: that of its `X-Request-Id`, or one of our own. */

import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import { beginExchange } from "./exchange.ts";

/** What can stand in a log line and in a header as it is. */
const SANE_ID = /^[A-Za-z0-9._:+/=@-]{1,128}$/;

export const giveRequestId: RequestHandler = (request, response, next) => {
  const sent = request.headers["x-request-id"];
  const id = typeof sent === "string" && SANE_ID.test(sent) ? sent : randomUUID();
  beginExchange(response, id);
  response.setHeader("X-Request-Id", id);
  next();
};
