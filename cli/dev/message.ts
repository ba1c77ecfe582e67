/** What `signalbox dev` and its helper processes say to each other. */

import { isNativeError } from "node:util/types";
import { isCoded } from "../tell-error.ts";

export interface GraphVersion {
  readonly id: string;
  readonly version: string;
}

/** Of the process with the Temporal server. */
export interface TemporalFacts {
  /** `host:port`. */
  readonly address: string;
  /** Absent: not known. */
  readonly uiUrl?: string;
}

/** Of the process with worker and API. */
export interface ProjectFacts {
  readonly apiUrl: string;
  readonly namespace: string;
  readonly uiUrl?: string;
  readonly graphs: readonly GraphVersion[];
}

/** What a helper tells. */
export type Message =
  | { readonly type: "temporal"; readonly facts: TemporalFacts }
  /** The worker works, beside an older one. The API waits for {@link Order} `"open"`: two cannot have one port. */
  | { readonly type: "working" }
  | { readonly type: "serving"; readonly facts: ProjectFacts }
  /** Nothing new begins here any more: the port is free, and another may take over. */
  | { readonly type: "released" }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "failed"; readonly code?: string; readonly text: string };

export type MessageOf<Type extends Message["type"]> = Extract<Message, { readonly type: Type }>;

/** What a helper is told. */
export type Order = "open" | "stop";

/** An error of another process, with the code that it had there. */
export class RelayedError extends Error {
  override readonly name = "RelayedError";
  /** Absent: none of ours. */
  readonly code: string | undefined;

  constructor({ code, text }: Omit<MessageOf<"failed">, "type">) {
    super(text);
    this.code = code;
  }
}

/** One of ours says best itself what is wrong; of another the stack helps. */
export function failedBy(error: unknown): MessageOf<"failed"> {
  if (isCoded(error)) return { type: "failed", code: error.code, text: error.message };
  return {
    type: "failed",
    text: isNativeError(error) ? (error.stack ?? error.message) : String(error),
  };
}
