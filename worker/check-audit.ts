/** What a configuration says of the audit trail, and whether it can be kept. */

import { AuditError } from "../audit/audit-error.ts";
import { readPrivateKey } from "../audit/keys.ts";
import type { Sink } from "../plugins/contract.ts";
import { ConfigError } from "./config-error.ts";

/** How the audit trail is kept beyond what Temporal keeps of runs. */
export interface AuditOptions {
  /** Each gets every record. Default: `jsonlSink()`, files in `.signalbox/audit`, for workers on one machine. */
  readonly sinks?: readonly Sink[];
  /**
   * `"hash"`: of prompts and replies only their SHA-256. `"full"`: beside it the texts themselves, encrypted, each run with a key of its
   * own, apart from the records. Default: `"hash"`.
   */
  readonly content?: "hash" | "full";
  /** Signs checkpoints: an Ed25519 private key, PKCS#8, PEM. Default: `SIGNALBOX_AUDIT_KEY`; without it there are no checkpoints. */
  readonly signingKey?: string;
  /** After how many days records and what is kept of texts are dropped, but for runs that are held. Default: never. */
  readonly retentionDays?: number;
  /** How often a worker looks for runs that ended and whose records are not complete, in minutes. 0: never. */
  readonly reconcileMinutes?: number;
}

const WANTED: Readonly<Record<keyof AuditOptions, (value: unknown) => boolean>> = {
  sinks: (value) => Array.isArray(value) && value.every(isSink),
  content: (value) => value === "hash" || value === "full",
  signingKey: (value) => typeof value === "string",
  retentionDays: (value) => isNumber(value) && value > 0 && value <= 36_500,
  reconcileMinutes: (value) => isNumber(value) && value >= 0 && value <= 10_080,
};

/** @throws {ConfigError} CONFIG_INVALID_AUDIT */
export function checkAudit(options: AuditOptions | false | undefined): void {
  if (options === undefined || options === false) return;
  if (typeof options !== "object" || options === null) {
    throw invalid(`"audit" is "${String(options)}". Give an object, or false to keep no trail.`);
  }
  for (const [name, value] of Object.entries(options)) checkOption(name, value);
  checkSinks(options);
  if (options.signingKey !== undefined) checkKey(options.signingKey);
}

function checkOption(name: string, value: unknown): void {
  const fits = Object.entries(WANTED).find(([known]) => known === name)?.[1];
  if (fits !== undefined && (value === undefined || fits(value))) return;
  // A value is shown where it cannot be a key.
  const given = isNumber(value) || name === "content" ? `: ${String(value)}` : "";
  throw invalid(
    `"audit" has "${name}${given}". Give "sinks" as a list of sinks, "content" as "hash" or "full", "signingKey" as PEM, ` +
      `"retentionDays" as a number above 0 and up to 36500, "reconcileMinutes" as one from 0 to 10080.`,
  );
}

function checkSinks({ sinks, content }: AuditOptions): void {
  if (sinks === undefined) return;
  if (sinks.length === 0) {
    throw invalid(`"audit.sinks" is empty. Name a sink, or write "audit: false" to keep no trail.`);
  }
  const ids = new Set<string>();
  for (const { id } of sinks) {
    if (ids.has(id))
      throw invalid(`Two sinks of "audit" have the id "${id}". Give one another id.`);
    ids.add(id);
  }
  if (content === "full" && sinks.every((sink) => sink.content === undefined)) {
    throw invalid(
      `"audit.content" is "full", and no sink can keep it (${[...ids].map((id) => `"${id}"`).join(", ")}). Add one that can, such as ` +
        `jsonlSink(), or leave "content" out.`,
    );
  }
}

function checkKey(pem: string): void {
  try {
    readPrivateKey(pem);
  } catch (error) {
    if (!(error instanceof AuditError)) throw error;
    throw invalid(`"audit.signingKey" cannot be used. ${error.message}`, error);
  }
}

function isSink(value: unknown): value is Sink {
  if (typeof value !== "object" || value === null) return false;
  const { id, write } = value as Partial<Sink>;
  return typeof id === "string" && id !== "" && typeof write === "function";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}

function invalid(message: string, cause?: unknown): ConfigError {
  return new ConfigError("CONFIG_INVALID_AUDIT", message, cause === undefined ? {} : { cause });
}
