/** Where the API reads the audit trail: a sink that can be read, or anything else that can. */

import type { SealedRecord } from "../audit/chain.ts";
import { ApiError } from "./api-error.ts";

/** What is asked of it. Times are ISO 8601 in UTC, to the millisecond. */
export interface AuditQuery {
  readonly workspace: string;
  /** Only records behind this one. */
  readonly afterSeq?: number;
  /** Inclusive. */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  readonly run?: string;
}

/** A part of a sink; see `Sink` of `signalbox/plugins`. */
export interface AuditSource {
  workspaces?(): Promise<readonly string[]>;
  /** In the order of the chain. Default: it cannot be read. */
  read?(query: AuditQuery): AsyncIterable<SealedRecord>;
}

/** One that can be read. */
export type ReadableSource = AuditSource & Required<Pick<AuditSource, "read">>;

/** @throws {ApiError} API_NO_TRAIL */
export function readableOf(source: AuditSource | undefined): ReadableSource {
  if (isReadable(source)) return source;
  throw new ApiError(
    "API_NO_TRAIL",
    'This API reads no audit trail. Start it with "auditSource", a sink that can be read; GET /v1/runs/{id}/audit shows that of a single run.',
  );
}

function isReadable(source: AuditSource | undefined): source is ReadableSource {
  return source?.read !== undefined;
}

/** What a sink failed with, for whoever asks; anything else as it is. Sinks are plugins, and known here by their errors' name. */
export function asTrailError(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "SinkError") return error;
  if (Reflect.get(error, "code") === "SINK_AWAY") {
    return new ApiError(
      "API_TRAIL_UNAVAILABLE",
      "The place where the audit trail is kept does not answer. Try again in a moment.",
      { cause: error },
    );
  }
  return new ApiError(
    "API_TRAIL_UNREADABLE",
    "The audit trail cannot be read. The server's log says why, under the request's id.",
    { cause: error },
  );
}
