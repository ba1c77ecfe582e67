/**
 * What a route is: its zod schemas check requests, type its handler and become its part of `openapi.json`. Nothing about a
 * route is written down twice.
 */

import type { Response } from "express";
import type { z } from "zod";
import type { ApiErrorCode } from "./api-error.ts";
import type { Caller, Scope } from "./caller.ts";

/** What is documented of an answer. */
export interface AnswerSchema {
  readonly description: string;
  /** Of its JSON. Absent: it is no JSON, or has no body. */
  readonly schema?: z.ZodType;
  /** Default: `application/json`, where there is a schema. */
  readonly type?: string;
}

/** A request that has been checked. */
export interface RouteRequest<Params, Query, Body> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly caller: Caller;
  /** The value of a header, `undefined` where it is not there. */
  header(name: string): string | undefined;
  /** Aborted when the caller hangs up before the answer. */
  readonly hungUp: AbortSignal;
}

/** What a handler gives: JSON, text, or a body that it writes by itself and over time. */
export type Answer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
} & (
  | { readonly json: unknown }
  | { readonly text: string; readonly type: string }
  | { readonly write: (response: Response) => Promise<void> }
);

type Output<Schema extends z.ZodType | undefined, None> = Schema extends z.ZodType
  ? z.output<Schema>
  : None;

export interface RouteDefinition<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
> {
  readonly method: "get" | "post";
  /** As OpenAPI writes it: `/v1/runs/{id}`. */
  readonly path: string;
  /** Unique; the name of the method in a generated client. */
  readonly operationId: string;
  readonly summary: string;
  /** What a key has to be allowed. `"open"`: no key is asked for. */
  readonly access: Scope | "open";
  /** Each a string, in the path. */
  readonly params?: Params;
  readonly query?: Query;
  /** Request headers that it reads, for the documentation. */
  readonly headers?: z.ZodObject;
  /** Of the JSON body. Absent: the request has none. */
  readonly body?: Body;
  /** The handler checks the body by itself, and gets it as it came. Default: `body` is what reads it. */
  readonly checksBody?: boolean;
  /** Of the body, once decompressed. Default: 1 MiB. */
  readonly maxBodyBytes?: number;
  /** It is what the Temporal UI asks: often, from another origin, and with a session of `/codec` in place of a key. */
  readonly isCodec?: boolean;
  /** By status: what it answers when all is well. */
  readonly answers: Readonly<Record<number, AnswerSchema>>;
  /** What it may refuse with, beside what every route does. */
  readonly errors?: readonly ApiErrorCode[];
  handle(
    request: RouteRequest<
      Output<Params, Readonly<Record<string, never>>>,
      Output<Query, Readonly<Record<string, never>>>,
      Output<Body, undefined>
    >,
  ): Promise<Answer> | Answer;
}

/** A route whose types are forgotten, as a list of them holds it. */
export type Route = Omit<RouteDefinition, "params" | "query" | "body" | "handle"> & {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  handle(request: RouteRequest<never, never, never>): Promise<Answer> | Answer;
};

/** Types a route's handler by its schemas. */
export function defineRoute<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(route: RouteDefinition<Params, Query, Body>): Route {
  // Its handler is only ever called with what its own schemas gave.
  return route;
}
