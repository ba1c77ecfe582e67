/** What is known of a request while it is answered: for its handler, its log line and its metrics. */

import type { Context } from "@opentelemetry/api";
import type { Response } from "express";
import type { ApiErrorCode } from "./api-error.ts";
import type { Caller } from "./caller.ts";
import type { Route } from "./route.ts";

export interface Exchange {
  /** Of the header `X-Request-Id`. */
  readonly requestId: string;
  /** Set once it is found. */
  route?: Route;
  /** Set once it is known. */
  caller?: Caller;
  /** What it was refused with. */
  code?: ApiErrorCode;
  /** Where its span is the active one. Absent: it is not traced. */
  trace?: Context;
  /** Whether the answer is written over time, such as events. */
  isStream?: boolean;
}

const exchanges = new WeakMap<Response, Exchange>();

/** Begins to keep what is known of a request. */
export function beginExchange(response: Response, requestId: string): Exchange {
  const exchange: Exchange = { requestId };
  exchanges.set(response, exchange);
  return exchange;
}

/** @throws {Error} when none was begun: a mistake of ours. */
export function exchangeOf(response: Response): Exchange {
  const exchange = exchanges.get(response);
  if (exchange === undefined) throw new Error("The request has not gone through beginExchange.");
  return exchange;
}
