/** What a run is started with besides its input, and what of it goes on record. */

import { canonicalJson } from "../graph/canonical-json.ts";
import { runIdOf, WORKSPACE_NAME } from "../graph/run-id.ts";
import { DEFAULT_WORKSPACE } from "../graph/search-attributes.ts";
import { ClientError } from "./client-error.ts";
import { sha256 } from "../graph/sha256.ts";

export interface StartOptions {
  /**
   * The run's id, as it is, unique among the runs that are kept. Default: `workspace.graph-` and a random part. One that does
   * not begin with its workspace and a dot is out of reach for the workspace's API keys.
   */
  readonly id?: string;
  /**
   * Makes the start safe to repeat: the same key with the same input and version gives the run that it started before, for
   * as long as Temporal keeps that. Unique in its workspace and graph: 1 to 200 visible ASCII characters. Not beside `id`.
   */
  readonly idempotencyKey?: string;
  /** One of the graph's versions. Default: the newest. */
  readonly version?: string;
  /** The tenant that the run belongs to: letters a to z, digits and inner hyphens, 40 at most. Default: `"default"`. */
  readonly workspace?: string;
  /** Who asked for the run, such as the id of an API key; goes on record with it. */
  readonly by?: string;
}

/** The names of what a start leaves in the memo of its run. */
export const START_MEMO = {
  /** Only with an idempotency key: what was asked for, as {@link digestRequest} gives it. */
  request: "signalboxRequest",
  /** {@link StartOptions.by} */
  startedBy: "signalboxStartedBy",
} as const;

const IDEMPOTENCY_KEY = /^[\u0021-\u007e]{1,200}$/;

/** 128 bits: nobody finds two keys that share them. */
const KEY_DIGITS = 32;

/**
 * The id that a run of a graph is to have.
 *
 * @throws {ClientError} CLIENT_INVALID_WORKSPACE, CLIENT_INVALID_KEY
 */
export async function chooseRunId(graph: string, options: StartOptions): Promise<string> {
  const { id, idempotencyKey, workspace = DEFAULT_WORKSPACE } = options;
  if (!WORKSPACE_NAME.test(workspace)) throw invalidWorkspace(workspace);
  if (idempotencyKey === undefined) return id ?? runIdOf(workspace, graph, crypto.randomUUID());
  if (id !== undefined) {
    const message = "A run cannot have both an id and an idempotency key. Leave one of them out.";
    throw new ClientError("CLIENT_INVALID_KEY", message);
  }
  if (!IDEMPOTENCY_KEY.test(idempotencyKey)) throw invalidKey();
  return runIdOf(workspace, graph, `k${(await sha256(idempotencyKey)).slice(0, KEY_DIGITS)}`);
}

/** The same for requests that ask for the same, whatever the order of their keys. */
export function digestRequest(input: unknown, version: string | undefined): Promise<string> {
  // As Temporal would send it: what JSON makes of dates, say, is what counts.
  const sent: unknown = JSON.parse(JSON.stringify(input) ?? "null");
  return sha256(canonicalJson({ input: sent, version }));
}

function invalidWorkspace(workspace: string): ClientError {
  return new ClientError(
    "CLIENT_INVALID_WORKSPACE",
    `"${workspace}" is no name of a workspace. Use letters a to z, digits and hyphens inside, 40 at most.`,
  );
}

/** The key is not quoted: it may be as long as it likes, and of any characters. */
function invalidKey(): ClientError {
  return new ClientError(
    "CLIENT_INVALID_KEY",
    "The idempotency key does not fit. Use 1 to 200 visible ASCII characters, such as a UUID.",
  );
}
