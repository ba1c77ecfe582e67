/** What a configuration's audit trail is kept in and signed with, defaults included. */

import type { KeyObject } from "node:crypto";
import { readPrivateKey } from "../audit/keys.ts";
import type { Sink } from "../plugins/contract.ts";
import { jsonlSink } from "../plugins/sinks/jsonl.ts";
import type { AuditOptions } from "./check-audit.ts";

export type { ContentStore, RunName, Sink } from "../plugins/contract.ts";

/** The sinks, of which each gets every record; none where no trail is kept. Whoever asks closes them. */
export function openAuditSinks(audit: AuditOptions | false = {}): readonly Sink[] {
  if (audit === false) return [];
  return audit.sinks ?? [jsonlSink()];
}

/** Never rejects: what they had to keep, they have kept, as `write` resolves no sooner. */
export async function closeSinks(sinks: readonly Sink[]): Promise<void> {
  await Promise.allSettled(sinks.map(async (sink) => sink.close?.()));
}

/** A sink that can be read. */
export type ReadableSink = Sink & Required<Pick<Sink, "read">>;

/** Where the trail is read: the first of the sinks that can be. `undefined`: none can. */
export function readableOf(sinks: readonly Sink[]): ReadableSink | undefined {
  return sinks.find((sink): sink is ReadableSink => sink.read !== undefined);
}

/**
 * What signs checkpoints; `undefined` where there is no key.
 *
 * @throws {AuditError} AUDIT_INVALID_KEY
 */
export function readAuditKey(
  audit: AuditOptions | false | undefined,
  env: NodeJS.ProcessEnv,
): KeyObject | undefined {
  const configured = audit === false ? undefined : audit?.signingKey;
  const pem = configured ?? env["SIGNALBOX_AUDIT_KEY"];
  return pem === undefined || pem === "" ? undefined : readPrivateKey(pem);
}
