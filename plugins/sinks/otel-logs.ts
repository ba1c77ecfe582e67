/** Hands the audit trail to an OpenTelemetry collector as log records. It only takes: a chain needs another sink beside it. */

import { Agent, request } from "undici";
import type { AuditRecord } from "../../audit/record.ts";
import { SinkError, type Sink } from "../contract.ts";
import { invalidOption } from "../keeping/journal-options.ts";
import { guarded } from "../sharing/outage.ts";
import { GroupCommit } from "../trails/group-commit.ts";
import { readRejected, writeOtlpLogs } from "../trails/otlp-logs.ts";
import {
  checkSinkTimeout,
  DEFAULT_SINK_TIMEOUT_MS,
  warnOfSink,
  type RemoteSinkOptions,
} from "../trails/remote-options.ts";

export interface OtelLogsSinkOptions extends RemoteSinkOptions {
  /**
   * A collector that takes OTLP over HTTP, such as `http://127.0.0.1:4318`. Default: what `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT` or
   * `OTEL_EXPORTER_OTLP_ENDPOINT` say.
   */
  readonly url?: string;
  /** Sent with each request; never shown. Default: as `OTEL_EXPORTER_OTLP_LOGS_HEADERS` or `OTEL_EXPORTER_OTLP_HEADERS` say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: `OTEL_SERVICE_NAME`, or `"signalbox"`. */
  readonly serviceName?: string;
  /** Told of records that the collector has taken and thrown away. Default: a warning of the process. */
  readonly onProblem?: (message: string) => void;
  /** Default: that of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** All others are refused for good, says OTLP. https://opentelemetry.io/docs/specs/otlp/#failures-1 */
const PASSING: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * A record may reach the collector twice, with the same `signalbox.record.id`.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function otelLogsSink(options: OtelLogsSinkOptions = {}): Sink {
  checkSinkTimeout(options);
  const { env = process.env } = options;
  const url = endpointOf(options.url, env);
  const { headers = headersOf(env), timeoutMs = DEFAULT_SINK_TIMEOUT_MS } = options;
  const serviceName = options.serviceName ?? env["OTEL_SERVICE_NAME"] ?? "signalbox";
  const { onProblem = warnOfSink } = options;
  const agent = new Agent({ connections: 2 });
  const commit = new GroupCommit(async (records) => {
    const body = writeOtlpLogs(records, serviceName);
    const answer = await post({ url, headers, body, agent, timeoutMs });
    const rejected = readRejected(answer);
    if (rejected === 0) return;
    // OTLP forbids to send them again: they would be refused again.
    const lost = `The collector has refused ${rejected} of ${records.length} records of the audit trail.`;
    guarded(() => onProblem(`${lost} See to its pipeline for logs.`));
  });
  return {
    id: "otel-logs",
    write: (_workspace, records: readonly AuditRecord[]) => commit.add(records),
    async close() {
      await commit.idle();
      await agent.destroy();
    },
  };
}

/** @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/ (the general address gets a path, that for logs is whole) */
function endpointOf(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const whole = given === undefined ? env["OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"] : undefined;
  const base = given ?? env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? "";
  const url = whole ?? (base.endsWith("/v1/logs") ? base : `${base.replace(/\/$/, "")}/v1/logs`);
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return url;
  throw invalidOption(
    'The option "url" is no address of a collector. Write it as "http://host:4318", or set OTEL_EXPORTER_OTLP_ENDPOINT.',
  );
}

function headersOf(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const text = env["OTEL_EXPORTER_OTLP_LOGS_HEADERS"] ?? env["OTEL_EXPORTER_OTLP_HEADERS"] ?? "";
  const pairs = text.split(",").map((pair) => pair.split("="));
  return Object.fromEntries(
    pairs
      .filter(([name = ""]) => name.trim() !== "")
      .map(([name = "", ...value]) => [name.trim(), decodeURIComponent(value.join("=").trim())]),
  );
}

interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly agent: Agent;
  readonly timeoutMs: number;
}

async function post({ url, headers, body, agent, timeoutMs }: Post): Promise<string> {
  let status: number;
  let answer: string;
  try {
    const answered = await request(url, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
      dispatcher: agent,
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = answered.statusCode;
    answer = await answered.body.text();
  } catch (error) {
    const code: unknown = Reflect.get(Object(error), "code");
    throw away(typeof code === "string" && /^[A-Z_]+$/.test(code) ? code : "no answer");
  }
  if (status < 300) return answer;
  if (PASSING.has(status)) throw away(`HTTP ${status}`);
  throw refused(`it answers with HTTP ${status}`);
}

/** Without a cause: it may hold the address. */
function away(how: string): SinkError {
  return new SinkError("SINK_AWAY", `The collector of the audit trail is away (${how}).`);
}

function refused(why: string): SinkError {
  return new SinkError(
    "SINK_REFUSES",
    `The collector does not take the audit trail: ${why}. See to its address, its headers and its pipeline for logs.`,
  );
}
