/** Reads what went wrong below HTTP: no connection, a connection that broke, an answer that is no HTTP. */

import { ProviderError, type CallStage } from "../contract.ts";

/** The failure that an error of the network is. Its own message is not passed on: it may quote a header. */
export function failureOfNetwork(
  error: unknown,
  { stage, origin }: { readonly stage: CallStage; readonly origin: string },
): ProviderError {
  const code = codeOf(error);
  const suffix = code === undefined ? "" : ` (${code})`;
  if (stage === "connecting") {
    return new ProviderError("unavailable", `${whyNotConnected(code, origin)}${suffix}`, {
      mayBeBilled: false,
    });
  }
  if (code !== undefined && isUnreadable(code)) {
    return new ProviderError("malformed", `the answer of ${origin} is not readable${suffix}`);
  }
  return stage === "waiting"
    ? new ProviderError(
        "unavailable",
        `${origin} closed the connection before it answered${suffix}`,
        {
          mayBeBilled: true,
        },
      )
    : new ProviderError("malformed", `the answer of ${origin} was cut off${suffix}`);
}

/** Codes that say that the network failed, of all that errors can have. */
const NETWORK_CODES =
  /^(E(CONN|NOTFOUND|AI_AGAIN|HOST|NET|PIPE|TIMEDOUT|PROTO)|UND_ERR_|HPE_|Z_|ERR_SSL|ERR_TLS)|CERT|SIGNATURE|ISSUER/;
/** After one of these nobody knows whether the request was read. */
const SENT_CODES = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_(HEADERS|BODY)_TIMEOUT)$/;

/** The failure of a connection that is not of this package's own, so that how far it came is not known but guessed. */
export function failureOfForeignNetwork(error: unknown, origin: string): ProviderError | undefined {
  const code = codeOf(error);
  if (code === undefined || !NETWORK_CODES.test(code)) return undefined;
  const isSent = SENT_CODES.test(code) || isUnreadable(code);
  return failureOfNetwork(error, { stage: isSent ? "waiting" : "connecting", origin });
}

/** No HTTP, headers without end, a body that is not compressed as it says. */
function isUnreadable(code: string): boolean {
  return /^(HPE_|Z_|ERR_BROTLI|ERR__|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES_|UND_ERR_RESPONSE)/.test(
    code,
  );
}

function whyNotConnected(code: string | undefined, origin: string): string {
  if (code === "CERT_HAS_EXPIRED") return `the certificate of ${origin} has expired`;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `the certificate of ${origin} is for another host`;
  }
  if (code !== undefined && /CERT|SIGNATURE|ISSUER/.test(code)) {
    return `the certificate of ${origin} is not trusted`;
  }
  if (code !== undefined && /^ERR_SSL|^EPROTO$/.test(code)) return `no TLS connection to ${origin}`;
  return `no connection to ${origin}`;
}

/** The code of an error or of what caused it. Nothing but a code: it comes from the runtime, so it holds no secret. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (typeof error !== "object" || error === null || depth > 5) return undefined;
  const code: unknown = Reflect.get(error, "code");
  if (typeof code === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
  // What is no HTTP at all has a name, but not always a code.
  if (Reflect.get(error, "name") === "HTTPParserError") return "HPE_INVALID";
  const errors: unknown = Reflect.get(error, "errors");
  const [first]: unknown[] = Array.isArray(errors) ? errors : [];
  return codeOf(first, depth + 1) ?? codeOf(Reflect.get(error, "cause"), depth + 1);
}
