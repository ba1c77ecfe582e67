/** Takes what OTLP sends over HTTP, and reads what tests ask of it: protobuf by the numbers of the official fields, or JSON. */

import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";

/** A span as it went over the wire. */
export interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** `""`: none. */
  readonly parentSpanId: string;
  readonly name: string;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly WireSpan[];
  /** The names of the metrics that came. */
  readonly metrics: ReadonlySet<string>;
  /** Of resources: `service.name`. */
  readonly services: ReadonlySet<string>;
  stop(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: WireSpan[] = [];
  const metrics = new Set<string>();
  const services = new Set<string>();
  const take = async (request: IncomingMessage): Promise<void> => {
    const sent = await buffer(request);
    const body = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    const isJson = request.headers["content-type"] === "application/json";
    const read = isJson ? readJson(JSON.parse(body.toString())) : readProtobuf(body);
    if (request.url === "/v1/traces") spans.push(...read.items.map(spanOf));
    if (request.url === "/v1/metrics") for (const item of read.items) metrics.add(item.name);
    for (const service of read.services) services.add(service);
  };
  const server = createServer((request, response) => {
    take(request).then(
      () => response.writeHead(200).end(),
      () => response.writeHead(400).end(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    metrics,
    services,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

interface Item {
  readonly name: string;
  readonly traceId?: string | undefined;
  readonly spanId?: string | undefined;
  readonly parentSpanId?: string | undefined;
}

interface Read {
  readonly items: readonly Item[];
  readonly services: readonly string[];
}

function spanOf({ name, traceId = "", spanId = "", parentSpanId = "" }: Item): WireSpan {
  return { name, traceId, spanId, parentSpanId };
}

/** A message's fields by number. Numbers and fixed fields are passed over. */
type Fields = ReadonlyMap<number, readonly Buffer[]>;

/** @see https://protobuf.dev/programming-guides/encoding/ */
function readFields(message: Buffer): Fields {
  const fields = new Map<number, Buffer[]>();
  let at = 0;
  const readVarint = (): number => {
    let [value, factor] = [0, 1];
    for (;;) {
      const byte = message[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  };
  while (at < message.length) {
    const tag = readVarint();
    const [field, type] = [Math.floor(tag / 8), tag % 8];
    if (type === 0) readVarint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else {
      const length = readVarint();
      fields.set(field, [...(fields.get(field) ?? []), message.subarray(at, at + length)]);
      at += length;
    }
  }
  return fields;
}

/**
 * A request for traces and one for metrics are alike: resources (1), each with itself (1) and scopes (2), each with its items (2).
 * A span has trace id 1, span id 2, parent 4 and name 5; a metric has its name in 1.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto
 */
function readProtobuf(body: Buffer): Read {
  const resources = (readFields(body).get(1) ?? []).map(readFields);
  const scopes = resources.flatMap((resource) => (resource.get(2) ?? []).map(readFields));
  const items = scopes.flatMap((scope) => (scope.get(2) ?? []).map(readFields));
  return {
    items: items.map((fields) => ({
      name: String(fields.get(5)?.[0] ?? fields.get(1)?.[0]),
      traceId: hex(fields, 1),
      spanId: hex(fields, 2),
      parentSpanId: hex(fields, 4),
    })),
    services: resources.flatMap((resource) => (resource.get(1) ?? []).flatMap(serviceOf)),
  };
}

function hex(fields: Fields, number: number): string {
  return fields.get(number)?.[0]?.toString("hex") ?? "";
}

/** A resource's attributes (1) have key 1 and value 2, whose text is in 1. */
function serviceOf(resource: Buffer): readonly string[] {
  return (readFields(resource).get(1) ?? []).flatMap((attribute) => {
    const fields = readFields(attribute);
    if (String(fields.get(1)?.[0]) !== "service.name") return [];
    return [String(readFields(fields.get(2)?.[0] ?? Buffer.alloc(0)).get(1)?.[0])];
  });
}

interface JsonRequest {
  readonly resourceSpans?: readonly JsonResource[];
  readonly resourceMetrics?: readonly JsonResource[];
}

interface JsonResource {
  readonly resource?: {
    readonly attributes?: readonly {
      readonly key: string;
      readonly value: { stringValue?: string };
    }[];
  };
  readonly scopeSpans?: readonly { readonly spans?: readonly Item[] }[];
  readonly scopeMetrics?: readonly { readonly metrics?: readonly Item[] }[];
}

/** As the collector's exporter writes it. */
function readJson({ resourceSpans = [], resourceMetrics = [] }: JsonRequest): Read {
  const resources = [...resourceSpans, ...resourceMetrics];
  return {
    items: resources.flatMap(({ scopeSpans = [], scopeMetrics = [] }) => [
      ...scopeSpans.flatMap(({ spans = [] }) => spans),
      ...scopeMetrics.flatMap(({ metrics = [] }) => metrics),
    ]),
    services: resources.flatMap(({ resource }) =>
      (resource?.attributes ?? [])
        .filter(({ key }) => key === "service.name")
        .map(({ value }) => value.stringValue ?? ""),
    ),
  };
}
