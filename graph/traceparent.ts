/** The form in which W3C's header names a span. @see https://www.w3.org/TR/trace-context/#traceparent-header */

/** A `traceparent`, read. */
export interface ParsedParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** 2 hexadecimal digits. */
  readonly flags: string;
}

const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/;

/** `undefined`: it is none. */
export function parseTraceparent(text: unknown): ParsedParent | undefined {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(String(text)) ?? [];
  return /[^0]/.test(traceId) && /[^0]/.test(spanId) ? { traceId, spanId, flags } : undefined;
}

export function formatTraceparent({ traceId, spanId, flags }: ParsedParent): string {
  return `00-${traceId}-${spanId}-${flags}`;
}
