/** Reads a recorded history: what the Temporal UI and CLI download, or what Temporal's client fetches. */

import { readFile } from "node:fs/promises";
import { isNativeError } from "node:util/types";
import { historyFromJson, type History } from "./history-json.ts";
import { SEARCH_ATTRIBUTES } from "../graph/search-attributes.ts";
import { ReplayInputError } from "./replay-input-error.ts";

export type { History } from "./history-json.ts";
export type HistoryEvent = NonNullable<History["events"]>[number];

/** What the first event says of a run. */
export interface RunFacts {
  /** The workflow type: the graph's id. */
  readonly graph: string;
  /** Absent: the run was started without our search attributes. */
  readonly version?: string;
  /** Ids of children are made of it. Absent in histories of old servers. */
  readonly workflowId?: string;
}

/**
 * Reads a file in Temporal's JSON form.
 *
 * @throws {ReplayInputError} REPLAY_NO_FILE, REPLAY_NOT_JSON, REPLAY_NOT_A_HISTORY or REPLAY_DECODED_HISTORY.
 */
export async function readHistoryFile(path: string): Promise<History> {
  return parseHistory(await readJson(path), path);
}

/** @throws {ReplayInputError} REPLAY_NOT_A_HISTORY when the first event does not start a run. */
export function readFacts({ events }: History, name: string): RunFacts {
  const started = events?.[0]?.workflowExecutionStartedEventAttributes;
  const graph = started?.workflowType?.name;
  if (!started || !graph) throw notAHistory(name, "its first event does not start a run");
  const attributes = started.searchAttributes?.indexedFields;
  const data = attributes?.[SEARCH_ATTRIBUTES.version.name]?.data;
  const version = data && parseJson(data);
  return {
    graph,
    version: typeof version === "string" ? version : undefined,
    workflowId: started.workflowId || undefined,
  };
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new ReplayInputError(
      "REPLAY_NO_FILE",
      `"${path}" cannot be read (${codeOf(cause)}). Mend the path.`,
      { cause },
    );
  });
  try {
    return JSON.parse(text);
  } catch {
    // Not the parser's message: it quotes the file.
    throw new ReplayInputError(
      "REPLAY_NOT_JSON",
      `"${path}" is not JSON. Download the history again: temporal workflow show --workflow-id ID --output json.`,
    );
  }
}

function parseHistory(json: unknown, name: string): History {
  if (!hasEvents(json)) throw notAHistory(name, `it has no list "events"`);
  if (json.events.some(isDecoded)) {
    throw new ReplayInputError(
      "REPLAY_DECODED_HISTORY",
      `"${name}" was downloaded with decoded payloads, which cannot be replayed. ` +
        `Download it raw: in the Temporal UI, switch "Decode Event History" off.`,
    );
  }
  try {
    return historyFromJson(json);
  } catch (cause) {
    // The parser's message may quote a payload.
    const error = notAHistory(name, "an event in it is not in Temporal's JSON form");
    error.cause = cause;
    throw error;
  }
}

function hasEvents(json: unknown): json is { readonly events: readonly unknown[] } {
  return (
    typeof json === "object" &&
    json !== null &&
    "events" in json &&
    Array.isArray(json.events) &&
    json.events.length > 0
  );
}

/** A raw payload has data in base64, and metadata that say how to read it. */
function isDecoded(event: unknown): boolean {
  const started = member(event, "workflowExecutionStartedEventAttributes");
  const payloads = member(member(started, "input"), "payloads");
  if (!Array.isArray(payloads)) return false;
  return payloads.some((payload) => member(payload, "metadata") === undefined);
}

/** A payload's data, where it is plain JSON. */
export function parseJson(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString("utf8"));
  } catch {
    return undefined;
  }
}

/** What an object has under a name, if it is one and has. */
export function member(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}

function notAHistory(name: string, why: string): ReplayInputError {
  return new ReplayInputError(
    "REPLAY_NOT_A_HISTORY",
    `"${name}" is not the history of a run: ${why}. ` +
      `Download one: temporal workflow show --workflow-id ID --output json.`,
  );
}

function codeOf(error: unknown): string {
  return isNativeError(error) && "code" in error ? String(error.code) : "unknown";
}
