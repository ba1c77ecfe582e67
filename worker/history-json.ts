/**
 * Histories from and to Temporal's JSON form.
 *
 * The SDK's own `historyFromJSON` throws "type must be a Type" wherever npm has installed more than one copy of protobufjs,
 * which is often: it takes the types from one copy and the reader from another. This does what it does, with the copy
 * that the types are of.
 */

import { createRequire } from "node:module";
import type { History } from "@temporalio/common/lib/proto-utils.js";

export type { History } from "@temporalio/common/lib/proto-utils.js";

/** A history in Temporal's JSON form. */
export interface HistoryJson {
  readonly events: readonly unknown[];
}

/** Temporal's types, as protobufjs sees them. */
interface HistoryType {
  readonly type: unknown;
  readonly fromObject: (history: History) => unknown;
}

/** `protobufjs/ext/protojson`, as far as we use it. */
interface ProtoJson {
  fromJson(type: unknown, json: unknown, options: { readonly ignoreUnknownFields: true }): unknown;
  toJson(type: unknown, message: unknown): HistoryJson;
}

const requireFromCommon = createRequire(
  createRequire(import.meta.url).resolve("@temporalio/common"),
);
const requireFromProto = createRequire(requireFromCommon.resolve("@temporalio/proto"));

/**
 * Reads a history, written by any of Temporal's tools.
 *
 * @throws {Error} when it is none. The message may quote what is in it.
 */
export function historyFromJson(json: HistoryJson): History {
  const events = json.events.map((event) => mapStrings(event, fixEnum));
  const history = protoJson().fromJson(
    historyType().type,
    { events },
    { ignoreUnknownFields: true },
  );
  if (history === null || typeof history !== "object") throw new TypeError("not a history");
  return history;
}

/** A history as Temporal's tools write it. */
export function historyToJson(history: History): HistoryJson {
  const { type, fromObject } = historyType();
  return protoJson().toJson(type, fromObject(history));
}

/** Enums that older tools write as `WorkflowExecutionStarted`, by field; newer ones write the whole name. */
const ENUM_PREFIXES: Readonly<Record<string, string>> = {
  eventType: "EVENT_TYPE",
  kind: "TASK_QUEUE_KIND",
  parentClosePolicy: "PARENT_CLOSE_POLICY",
  workflowIdReusePolicy: "WORKFLOW_ID_REUSE_POLICY",
  initiator: "CONTINUE_AS_NEW_INITIATOR",
  retryState: "RETRY_STATE",
};

function fixEnum(name: string, value: string): string {
  const prefix = Object.hasOwn(ENUM_PREFIXES, name) ? ENUM_PREFIXES[name] : undefined;
  if (prefix === undefined || value.startsWith(`${prefix}_`)) return value;
  return `${prefix}_${value.replaceAll(/(?<=[^\b])[A-Z]/g, "_$&").toUpperCase()}`;
}

/** Copies a JSON value, with other strings. */
function mapStrings(value: unknown, map: (name: string, value: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, map));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      typeof member === "string" ? map(name, member) : mapStrings(member, map),
    ]),
  );
}

function protoJson(): ProtoJson {
  return requireFromProto("protobufjs/ext/protojson");
}

function historyType(): HistoryType {
  const root = requireFromProto("@temporalio/proto");
  const { patchProtobufRoot } = requireFromProto("@temporalio/proto/lib/patch-protobuf-root");
  const { History: Message } = root.temporal.api.history.v1;
  return {
    type: patchProtobufRoot(root).lookupType("temporal.api.history.v1.History"),
    fromObject: (history) => Message.fromObject(history),
  };
}
