/**
 * The one way in which providers speak HTTP: pooled connections, proxies honoured, no redirects, no retries, and no
 * time-outs but the host's, who is told of every stage.
 */

import { rootCertificates } from "node:tls";
import {
  DecoratorHandler,
  EnvHttpProxyAgent,
  fetch,
  Headers,
  type Dispatcher,
  type RequestInit,
} from "undici";
import { PluginError, type CallContext, type ModelRequest, type Provider } from "../contract.ts";
import { Exchange } from "./exchange.ts";
import type { Classify } from "./provider-failure.ts";
import { textsOf } from "./redact.ts";

/** What every provider that speaks HTTP can be told. */
export interface HttpOptions {
  /** Sent with every request; wins over what the provider sends itself. */
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Other base URLs of the same service, tried in order within the same call, but only where there was no connection at
   * all, so that nothing can have been billed. The key goes to all of them.
   */
  readonly fallbackBaseURLs?: readonly string[];
  /** Certificates to trust beside the usual ones, in PEM: for servers in a house of its own. */
  readonly ca?: string;
  /**
   * A header that the service takes idempotency keys in, such as `"Idempotency-Key"`: one that it has seen it answers with what it
   * answered, or is about to answer, then, and bills both as one. A gateway of yours may; the vendors' own APIs promise it
   * nowhere. Undefined: it takes none.
   */
  readonly idempotencyHeader?: string;
  /** Another reading of errors than that of all providers. Undefined: as for all. */
  readonly classify?: Classify;
}

export interface HttpClientOptions extends HttpOptions {
  /** Needed with `fallbackBaseURLs`. */
  readonly baseURL?: string;
  /** Keys that no message may show. */
  readonly secrets?: readonly string[];
}

/** The connections of one provider. */
export interface HttpClient {
  /** Begins one call. Nothing is sent yet. */
  open(context: HttpCallContext, request?: ModelRequest): HttpCall;
  /** Closes every connection. Calls in flight fail. */
  close(): Promise<void>;
}

/** The part of a call's context that HTTP needs; lists of models and health checks have no more. */
export type HttpCallContext = Partial<
  Pick<CallContext, "signal" | "reportProgress" | "idempotencyKey">
>;

export type Fetch = typeof globalThis.fetch;

export interface HttpCall {
  /** Rejects with a {@link ProviderError} for every answer but a success; so does the body of a success that is cut. */
  readonly fetch: Fetch;
  readonly exchange: Exchange;
}

/**
 * Just before the host gives a connection up by default, so that the next base URL gets its turn. Without it a
 * connection that hangs would take later calls with it.
 */
const CONNECT_TIMEOUT_MS = 9_000;

/**
 * Connects to nothing yet.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function httpClient(options: HttpClientOptions): HttpClient {
  checkOptions(options);
  const agent = createAgent(options.ca);
  const bases = [options.baseURL ?? "", ...(options.fallbackBaseURLs ?? [])].map(dropSlashes);
  const secrets = secretsOf(options);
  return {
    open({ signal = new AbortController().signal, reportProgress, idempotencyKey }, request) {
      const texts = request === undefined ? [] : textsOf(request);
      const reading = { confidential: { secrets, texts }, classify: options.classify };
      const exchange = new Exchange(signal, reading, (stage) => reportProgress?.(stage));
      const headers = withKey(options, idempotencyKey);
      return { exchange, fetch: createFetch(exchange, { agent, bases, headers }) };
    },
    close: () => agent.destroy(),
  };
}

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS: a base URL of `option` that is none. */
export function checkURL(url: string, option: string): void {
  const problem = problemOfURL(url);
  if (problem === undefined) return;
  throw new PluginError("PLUGIN_INVALID_OPTIONS", `The option "${option}" ${problem}`);
}

/** The value is not shown: it may be a key that was put into the wrong place, or hold a password. */
function problemOfURL(url: string): string | undefined {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    return 'is no HTTP address. Write it as "https://api.example.com/v1".';
  }
  return new URL(url).username === ""
    ? undefined
    : 'holds a user or a password, which no request can carry. Pass them in "headers".';
}

interface Connections {
  readonly agent: Dispatcher;
  readonly bases: readonly string[];
  readonly headers: HttpOptions["headers"];
}

function createFetch(exchange: Exchange, { agent, bases, headers }: Connections): Fetch {
  const dispatcher = agent.compose(
    (dispatch) => (options, handler) => dispatch(options, reportStages(handler, exchange)),
  );
  async function send(input: string | URL, init: RequestInit = {}): Promise<unknown> {
    const [first = ""] = bases;
    for (const [index, base] of bases.entries()) {
      const url = rebase(String(input), first, base);
      exchange.begin(url, init.method ?? "GET");
      try {
        // oxlint-disable-next-line no-await-in-loop -- The next base URL is for the case that this one fails.
        const response = await fetch(url, {
          ...init,
          headers: mergeHeaders(init.headers, headers),
          signal: exchange.signal,
          redirect: "manual",
          dispatcher,
        });
        // oxlint-disable-next-line no-await-in-loop -- As above.
        return await exchange.accept(response);
      } catch (error) {
        const isLast = index === bases.length - 1;
        if (isLast || !exchange.canGoElsewhere(error)) throw exchange.fail(error);
      }
    }
    return undefined;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The same function in the types of another package.
  return send as unknown as Fetch;
}

/** Tells the exchange how far its request came: a socket was there, headers came, a part of the body came. */
function reportStages(
  handler: Dispatcher.DispatchHandler,
  exchange: Exchange,
): Dispatcher.DispatchHandler {
  // undici's `fetch` still has the handlers of undici 6: this makes those of undici 7 of them.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It has all of them, which its types do not say.
  const inner = new DecoratorHandler(handler) as Required<Dispatcher.DispatchHandler>;
  return {
    onRequestStart(controller, context) {
      exchange.reach("waiting");
      inner.onRequestStart(controller, context);
    },
    onRequestUpgrade: (...given) => inner.onRequestUpgrade(...given),
    onResponseStart(...given) {
      exchange.reach("receiving");
      inner.onResponseStart(...given);
    },
    onResponseData(controller, chunk) {
      exchange.reach("receiving");
      inner.onResponseData(controller, chunk);
    },
    onResponseEnd: (...given) => inner.onResponseEnd(...given),
    onResponseError: (...given) => inner.onResponseError(...given),
  };
}

/** The host's deadlines are the only ones once there is a connection. */
function createAgent(ca: string | undefined): Dispatcher {
  const trusted = ca === undefined ? {} : { ca: [...rootCertificates, ca] };
  const connect = { timeout: CONNECT_TIMEOUT_MS, ...trusted };
  try {
    return new EnvHttpProxyAgent({
      headersTimeout: 0,
      bodyTimeout: 0,
      connect,
      requestTls: connect,
      proxyTls: connect,
    });
  } catch {
    // The address may hold a password.
    const message =
      "HTTP_PROXY or HTTPS_PROXY is no address. Write it as http://proxy.example:3128.";
    throw new PluginError("PLUGIN_INVALID_OPTIONS", message);
  }
}

function checkOptions(options: HttpClientOptions): void {
  const { baseURL, fallbackBaseURLs = [], headers = {}, idempotencyHeader } = options;
  if (baseURL !== undefined) checkURL(baseURL, "baseURL");
  for (const url of fallbackBaseURLs) checkURL(url, "fallbackBaseURLs");
  if (fallbackBaseURLs.length > 0 && baseURL === undefined) {
    const message = "fallbackBaseURLs needs baseURL: the one address that they stand in for.";
    throw new PluginError("PLUGIN_INVALID_OPTIONS", message);
  }
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value);
  if (idempotencyHeader !== undefined) checkHeader(idempotencyHeader, "0");
}

/** @throws {PluginError} PLUGIN_INVALID_OPTIONS, without the value: it may be a key. */
export function checkHeader(name: string, value: string): void {
  try {
    new Headers().set(name, value);
  } catch {
    throw new PluginError(
      "PLUGIN_INVALID_OPTIONS",
      `The header "${name}" cannot be sent: its name or its value holds what no header may, such as the end of a line.`,
    );
  }
}

function secretsOf({ headers = {}, secrets = [] }: HttpClientOptions): readonly string[] {
  const inHeaders = Object.entries(headers)
    .filter(([name]) => /auth|key|token|secret|cookie/i.test(name))
    .map(([, value]) => value);
  return [...secrets, ...inHeaders].filter((secret) => secret !== "");
}

/** What a provider with these options says of idempotency keys. */
export function keysOf({
  idempotencyHeader,
}: HttpOptions): Pick<Provider, "honoursIdempotencyKeys"> {
  return idempotencyHeader === undefined ? {} : { honoursIdempotencyKeys: true };
}

function withKey(
  { headers, idempotencyHeader }: HttpOptions,
  key: string | undefined,
): HttpOptions["headers"] {
  if (idempotencyHeader === undefined || key === undefined) return headers;
  return { ...headers, [idempotencyHeader]: key };
}

function mergeHeaders(own: RequestInit["headers"], given: HttpOptions["headers"] = {}): Headers {
  const headers = new Headers(own);
  for (const [name, value] of Object.entries(given)) headers.set(name, value);
  return headers;
}

function rebase(url: string, from: string, to: string): string {
  return from !== to && url.startsWith(from) ? to + url.slice(from.length) : url;
}

function dropSlashes(url: string): string {
  return url.replace(/\/+$/, "");
}
