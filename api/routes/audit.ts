/** The route that streams the audit trail, a record a line. */

import type { Response } from "express";
import { z } from "zod";
import type { SealedRecord } from "../../audit/chain.ts";
import { sealedRecordSchema } from "../answers/audit.ts";
import { ApiError } from "../api-error.ts";
import type { AppOptions } from "../app-options.ts";
import { asTrailError, readableOf, type AuditQuery, type ReadableSource } from "../audit-source.ts";
import { exchangeOf } from "../exchange.ts";
import { writeTexts } from "../events/send-stream.ts";
import { internalErrorsTo } from "../send-problem.ts";
import { numberText } from "../query-text.ts";
import { defineRoute, type Route } from "../route.ts";
import { chooseWorkspace } from "../visible-run.ts";

/** Of one write: a record is small, and a write for each would cost more than the record. */
const CHUNK_CHARACTERS = 16_384;

/** One that takes nothing for so long is cut off. */
const STALL_MS = 60_000;

const time = z.iso.datetime({ offset: true });

const filters = z.strictObject({
  workspace: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("With a key of a workspace: that, which is the default. Else all, one after another"),
  run: z.string().min(1).max(1_000).optional().describe("Only records of this run"),
  from: time.optional().describe("When things happened, ISO 8601; inclusive"),
  to: time.optional().describe("ISO 8601; exclusive"),
  afterSeq: numberText(z.int().min(0))
    .optional()
    .describe(
      "Only records behind the one with this seq, to go on where a stream ended. Asks for a workspace",
    ),
});

type Filters = z.output<typeof filters>;

export function streamAudit(options: AppOptions): Route {
  return defineRoute({
    method: "get",
    path: "/v1/audit",
    operationId: "streamAudit",
    summary: "The audit trail as it is kept: a sealed record a line, in the order of the chain",
    access: "audit",
    query: filters,
    answers: {
      200: {
        description: "JSON lines: each is one sealed record",
        type: "application/x-ndjson",
        schema: sealedRecordSchema,
      },
    },
    errors: ["API_FORBIDDEN", "API_NO_TRAIL", "API_TRAIL_UNREADABLE", "API_TRAIL_UNAVAILABLE"],
    async handle({ query, caller, hungUp }) {
      const workspace = chooseWorkspace(caller, query.workspace);
      const source = readableOf(options.auditSource);
      const texts = linesOf(source, workspace, query);
      // It may never come to be written, and its reader is to be let go all the same.
      whenAborted(hungUp, () => void texts.return(undefined));
      // What it fails with at once is answered by a status of its own.
      const first = await texts.next().catch((error: unknown) => {
        throw asTrailError(error);
      });
      return {
        status: 200,
        headers: { "Content-Type": "application/x-ndjson", "Cache-Control": "no-store" },
        write: (response) => {
          // The server stops: nobody is to take what was sent for all there is.
          whenAborted(hungUp, () => void response.destroy());
          return write(response, first, texts, options);
        },
      };
    },
  });
}

function whenAborted(signal: AbortSignal, end: () => void): void {
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
}

/** Some lines at a time. */
async function* linesOf(
  source: ReadableSource,
  workspace: string | undefined,
  filter: Filters,
): AsyncGenerator<string, void, undefined> {
  let lines = "";
  for await (const record of recordsOf(source, workspace, filter)) {
    lines += `${JSON.stringify(record)}\n`;
    if (lines.length < CHUNK_CHARACTERS) continue;
    yield lines;
    lines = "";
  }
  if (lines !== "") yield lines;
}

async function* recordsOf(
  source: ReadableSource,
  workspace: string | undefined,
  filter: Filters,
): AsyncGenerator<SealedRecord, void, undefined> {
  const { run, from, to, afterSeq } = filter;
  if (workspace === undefined && afterSeq !== undefined) throw placeless();
  const query: Omit<AuditQuery, "workspace"> = {
    ...(run !== undefined && { run }),
    ...(from !== undefined && { from: inUtc(from) }),
    ...(to !== undefined && { to: inUtc(to) }),
    ...(afterSeq !== undefined && { afterSeq }),
  };
  const all = workspace === undefined ? await source.workspaces?.() : [workspace];
  if (all === undefined) throw placeless();
  for (const one of all) yield* source.read({ ...query, workspace: one });
}

/** Sinks may compare times as text. */
function inUtc(moment: string): string {
  return new Date(moment).toISOString();
}

function placeless(): ApiError {
  return new ApiError(
    "API_INVALID_QUERY",
    'Each workspace has a chain of its own. Name one with "workspace".',
    { members: { problems: [{ path: "workspace", message: "is missing" }] } },
  );
}

/** A stream that could not be sent whole is cut off, so that nobody takes it for all there is. */
async function write(
  response: Response,
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void, undefined>,
  options: AppOptions,
): Promise<void> {
  if (response.req.method === "HEAD") {
    await rest.return(undefined);
    return;
  }
  try {
    await writeTexts(response, withFirst(first, rest), STALL_MS);
  } catch (error) {
    internalErrorsTo(options)(error, exchangeOf(response).requestId);
    response.destroy();
  }
}

async function* withFirst(
  first: IteratorResult<string, void>,
  rest: AsyncIterable<string>,
): AsyncGenerator<string, void, undefined> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}
