/** What a fault of an upstream is, and how answers of one are written. The tables: plain-faults.ts, stream-faults.ts. */

import type { FailureKind } from "../../graph/failure-kinds.ts";
import { completionBody, type Completion } from "./openai-bodies.ts";
import type { Wire } from "./wire.ts";

export interface Fault {
  /** What the upstream does, after "an upstream that". */
  readonly name: string;
  /** How it answers. `"refused"`: nobody listens on its port. */
  readonly wire: Wire | "refused";
  /** The kind of failure that this is. `"reply"`: odd, but a whole reply, which has to be taken. */
  readonly expected: FailureKind | "reply";
  /** Whether the answer has no end: only a deadline ends it. Default: `false`. */
  readonly needsDeadline?: boolean;
}

/** What a good answer of the upstreams says. */
export const FAULT_REPLY = "Freeze the card.";

export const GOOD: Completion = { content: FAULT_REPLY };
export const JSON_TYPE = { "content-type": "application/json" };
export const HTML = "<!DOCTYPE html><html><body><h1>Welcome to nginx!</h1></body></html>";
export const SPENT = { prompt_tokens: 12, completion_tokens: 5 };

export function completion(changes: Partial<Completion> = {}): string {
  return JSON.stringify(completionBody({ ...GOOD, ...changes }, "faulty", 0));
}

/** A body of its own, in place of a completion. */
export function body(value: unknown, wire: Wire = {}): Wire {
  return { ...wire, body: [typeof value === "string" ? value : JSON.stringify(value)] };
}

export function choice(members: object): Wire {
  return body({ id: "chatcmpl-1", choices: [{ index: 0, ...members }], usage: SPENT });
}

export function message(members: object): Wire {
  return choice({ message: { role: "assistant", ...members }, finish_reason: "stop" });
}

export function error(status: number, message_: string, members: object = {}, headers = {}): Wire {
  const vendors = { error: { message: message_, type: "error", ...members } };
  return body(vendors, { status, headers: { ...JSON_TYPE, ...headers } });
}

/** A call of a tool whose arguments are cut. */
export const CALL = { id: "call_1", name: "find", arguments: '{"name":"Ad' };
