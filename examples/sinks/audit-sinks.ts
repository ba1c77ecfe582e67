/** Where the audit trail of a service is kept: a chain in one place, and a copy of each record for whoever watches. */

import type { Sink } from "signalbox/plugins";
import { jsonlSink } from "signalbox/sinks/jsonl";
import { otelLogsSink } from "signalbox/sinks/otel-logs";
import { postgresSink } from "signalbox/sinks/postgres";
import { s3Sink } from "signalbox/sinks/s3";

export interface Places {
  readonly AUDIT_DATABASE_URL?: string;
  readonly AUDIT_KEYS_URL?: string;
  readonly AUDIT_BUCKET?: string;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string;
}

/** @param env - such as `process.env`. */
export function chooseSinks(env: Places): readonly Sink[] {
  const { AUDIT_DATABASE_URL, AUDIT_KEYS_URL, AUDIT_BUCKET, OTEL_EXPORTER_OTLP_ENDPOINT } = env;
  return [
    AUDIT_DATABASE_URL !== undefined
      ? postgresSink({ url: AUDIT_DATABASE_URL, keys: AUDIT_KEYS_URL ?? AUDIT_DATABASE_URL })
      : AUDIT_BUCKET !== undefined
        ? s3Sink({ bucket: AUDIT_BUCKET })
        : jsonlSink(),
    ...(OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? [] : [otelLogsSink()]),
  ];
}
