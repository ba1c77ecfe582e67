/**
 * The span of one request to a provider, below that of the attempt. It says where the request went and how it was answered: no
 * path, which may hold the name of an account, and nothing of headers or bodies. No `traceparent` goes to the provider.
 */

import { SpanKind, SpanStatusCode, trace, type Span } from "@opentelemetry/api";

export class HttpSpan {
  /** Absent: what the request belongs to is not traced, such as the lists of models that a worker asks for by itself. */
  readonly #span: Span | undefined;
  #isOver = false;

  /** Begins now. Costs next to nothing where nothing is traced. */
  constructor(url: string, method: string) {
    if (trace.getActiveSpan()?.isRecording() !== true) return;
    const attributes = { "http.request.method": method, ...addressOf(url) };
    const options = { kind: SpanKind.CLIENT, attributes };
    this.#span = trace.getTracer("signalbox").startSpan(method, options);
  }

  sawStatus(status: number): void {
    this.#span?.setAttribute("http.response.status_code", status);
  }

  /** At the end of the body, or when it was given up; only the first end counts. `failure`: the kind. */
  end(failure?: string): void {
    if (this.#isOver || this.#span === undefined) return;
    this.#isOver = true;
    if (failure !== undefined) {
      this.#span.setAttribute("error.type", failure).setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

function addressOf(address: string): Record<string, string | number> {
  if (!URL.canParse(address)) return {};
  const { hostname, port, protocol } = new URL(address);
  const usual = protocol === "http:" ? 80 : 443;
  return {
    "server.address": hostname,
    "server.port": port === "" ? usual : Number(port),
    "url.scheme": protocol.slice(0, -1),
  };
}
