/** Opens the audit trail of the project for a command: its sinks and its key. Needs no Temporal. */

import type { KeyObject } from "node:crypto";
import type { Checkpoint } from "../../audit/checkpoint.ts";
import { WORKSPACE_NAME } from "../../graph/run-id.ts";
import {
  closeSinks,
  openAuditSinks,
  readableOf,
  readAuditKey,
  type ReadableSink,
  type Sink,
} from "../../worker/audit-sinks.ts";
import { CliError } from "../cli-error.ts";
import type { ProjectOptions } from "../find-module.ts";
import { loadConfig } from "../load-project.ts";
import type { Terminal } from "../terminal.ts";

export interface TrailOptions extends ProjectOptions {
  readonly workspace?: string;
  /** Its id. */
  readonly sink?: string;
}

export interface Trail {
  readonly sinks: readonly Sink[];
  /** What it is signed with. */
  readonly key: KeyObject | undefined;
}

/** Lends the trail to `body`, and closes it. */
export async function withTrail<T>(
  options: TrailOptions,
  terminal: Pick<Terminal, "cwd" | "env">,
  body: (trail: Trail) => Promise<T>,
): Promise<T> {
  const { audit } = await loadConfig(options, terminal);
  const sinks = openAuditSinks(audit);
  if (sinks.length === 0) {
    throw noTrail(`The configuration keeps no audit trail: it says "audit: false".`);
  }
  try {
    return await body({ sinks, key: readAuditKey(audit, terminal.env) });
  } finally {
    await closeSinks(sinks);
  }
}

export type { ReadableSink } from "../../worker/audit-sinks.ts";

/**
 * The sink that is named, or the first that can be read.
 *
 * @throws {CliError} CLI_NO_TRAIL
 */
export function readableSink({ sinks }: Trail, id: string | undefined): ReadableSink {
  const found = readableOf(sinks.filter((sink) => id === undefined || sink.id === id));
  if (found !== undefined) return found;
  const ids = sinks.map((sink) => `"${sink.id}"`).join(", ");
  throw noTrail(
    id === undefined
      ? `None of the configuration's sinks can be read (${ids}): they only take records.`
      : `The configuration has no sink "${id}" that can be read (there are: ${ids}).`,
  );
}

/** All checkpoints there are now. Read before the records: those that come in meanwhile are not to be missed by a newer one. */
export async function readSigned(
  { checkpoints }: ReadableSink,
  workspace: string,
): Promise<readonly Checkpoint[]> {
  const signed: Checkpoint[] = [];
  for await (const checkpoint of checkpoints?.read(workspace) ?? []) signed.push(checkpoint);
  return signed;
}

/** The workspace that a run's id begins with, unless one is given. */
export function workspaceOf(run: string, given: string | undefined): string {
  const [first = ""] = run.split(".", 1);
  return given ?? (run.includes(".") && WORKSPACE_NAME.test(first) ? first : "default");
}

export function noTrail(message: string): CliError {
  return new CliError("CLI_NO_TRAIL", message);
}
