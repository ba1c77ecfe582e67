/** Describes the routes as OpenAPI 3.1, from the schemas that check their requests and answers. */

import type { z } from "zod";
import type { JsonSchema } from "../graph/schema.ts";
import { problemSchema } from "./answers/problem.ts";
import { API_ERRORS, type ApiErrorCode } from "./api-error.ts";
import { Components } from "./openapi-components.ts";
import type { AnswerSchema, Route } from "./route.ts";

type Json = Readonly<Record<string, unknown>>;

/** An OpenAPI document. Plain JSON. */
export type ApiDescription = Json;

/** The document; `version` is that of the package. */
export function describeApi(routes: readonly Route[], version: string): ApiDescription {
  const components = new Components();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operation(route, components) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Signalbox",
      version,
      summary: "Starts, shows and decides runs of multi-model task graphs.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    paths,
    components: {
      schemas: components.all(),
      securitySchemes: { key: { type: "http", scheme: "bearer" } },
    },
  };
}

function operation(route: Route, components: Components): Json {
  const { operationId, summary, access, body } = route;
  const parameters = [
    ...parametersIn("path", route.params, components),
    ...parametersIn("query", route.query, components),
    ...parametersIn("header", route.headers, components),
  ];
  return {
    operationId,
    summary,
    tags: [tagOf(route)],
    ...(access === "open"
      ? { security: [] }
      : { description: `Asks for the scope \`${access}\`.` }),
    ...(parameters.length > 0 && { parameters }),
    ...(body && {
      requestBody: { required: true, content: jsonContent(components.read(body, "input")) },
    }),
    responses: { ...answersOf(route, components), ...refusalsOf(route, components) },
  };
}

/** What the reference page groups it under. */
function tagOf({ path }: Route): string {
  return /^\/v1\/(\w+)/.exec(path)?.[1] ?? "service";
}

function parametersIn(
  place: "path" | "query" | "header",
  schema: z.ZodObject | undefined,
  components: Components,
): readonly Json[] {
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, part]) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- zod's own shape, which its type hides.
    const field = part as z.ZodType;
    const { description, ...rest } = components.read(field, "input");
    const required = place === "path" || !field.isOptional();
    return {
      name,
      in: place,
      required,
      ...(description !== undefined && { description }),
      schema: rest,
    };
  });
}

function answersOf(route: Route, components: Components): Json {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, answer]) => [
      status,
      { description: answer.description, ...contentOf(answer, components) },
    ]),
  );
}

function contentOf({ schema, type }: AnswerSchema, components: Components): Json {
  if (schema === undefined && type === undefined) return {};
  const read = schema && { schema: components.read(schema, "output") };
  return { content: { [type ?? "application/json"]: read ?? {} } };
}

/** By status, with the codes that come with it. */
function refusalsOf(route: Route, components: Components): Json {
  const codes = refusalCodesOf(route);
  const statuses = [...new Set(codes.map((code) => API_ERRORS[code].status))].toSorted(
    (one, other) => one - other,
  );
  const problem = components.read(problemSchema, "output");
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: codes
          .filter((code) => API_ERRORS[code].status === status)
          .map((code) => `${API_ERRORS[code].title} (\`${code}\`)`)
          .join("; "),
        content: { "application/problem+json": { schema: problem } },
      },
    ]),
  );
}

/** What it names, and what stands in its way before its handler. */
function refusalCodesOf({ access, params, query, errors = [] }: Route): readonly ApiErrorCode[] {
  const OF_KEYS = [
    "API_UNAUTHENTICATED",
    "API_FORBIDDEN",
    "API_RATE_LIMITED",
    "API_TEMPORAL_UNAVAILABLE",
  ] as const;
  const codes: readonly ApiErrorCode[] = [
    ...(params || query ? (["API_INVALID_QUERY", "API_NOT_FOUND"] as const) : []),
    ...errors,
    ...(access === "open" ? [] : OF_KEYS),
    "API_MISDIRECTED",
    "API_INTERNAL",
  ];
  return [...new Set(codes)];
}

function jsonContent(schema: JsonSchema): Json {
  return { "application/json": { schema } };
}
