/**
 * Spells records as OpenTelemetry's log records, in OTLP's JSON. Pure.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */

import type { AuditRecord, AuditValue } from "../../audit/record.ts";

/** In whole numbers of 64 bits JSON would lose digits: they are texts there. */
type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } };

interface Attribute {
  readonly key: string;
  readonly value: AnyValue;
}

/** The body of a request to `/v1/logs`. */
export function writeOtlpLogs(records: readonly AuditRecord[], serviceName: string): string {
  return JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: attributesOf({ "service.name": serviceName }) },
        scopeLogs: [{ scope: { name: "signalbox.audit" }, logRecords: records.map(logRecordOf) }],
      },
    ],
  });
}

/** How many were refused of a request that was taken. */
export function readRejected(answer: string): number {
  try {
    const partial: unknown = Reflect.get(Object(JSON.parse(answer)), "partialSuccess");
    return Number(Reflect.get(Object(partial), "rejectedLogRecords") ?? 0);
  } catch {
    // An empty answer, or none in JSON: all were taken.
    return 0;
  }
}

function logRecordOf({ id, at, type, workspace, run, attributes }: AuditRecord): object {
  const atNs = `${BigInt(Date.parse(at)) * 1_000_000n}`;
  return {
    timeUnixNano: atNs,
    observedTimeUnixNano: atNs,
    severityNumber: 9,
    severityText: "INFO",
    eventName: `signalbox.${type}`,
    body: { stringValue: type },
    attributes: attributesOf({
      ...attributes,
      "signalbox.record.id": id,
      "signalbox.record.type": type,
      "signalbox.workspace": workspace,
      "signalbox.run": run,
    }),
  };
}

function attributesOf(values: Readonly<Record<string, AuditValue>>): readonly Attribute[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AuditValue): AnyValue {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value !== "number") return { arrayValue: { values: value.map(anyValue) } };
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
