/** What the app is made with. */

import type { SignalboxClient } from "../client/signalbox-client.ts";
import type { AnyGraph } from "../graph/graph.ts";
import type { StreamTimes } from "./events/send-stream.ts";
import type { ModelStatus } from "../worker/model-status.ts";
import type { Authenticator } from "./caller.ts";

export interface AppOptions {
  readonly client: SignalboxClient;
  /** By id. */
  readonly graphs: ReadonlyMap<string, AnyGraph>;
  /** How the models are: `models` of the worker in this process. Default: the API says that it does not know. */
  readonly models?: () => readonly ModelStatus[];
  /** Links runs to the Temporal UI. */
  readonly temporalUi?: { readonly url: string; readonly namespace: string };
  /** Knows who has which key, such as {@link apiKeys}. Absent: no keys are asked for, and everybody may do everything. */
  readonly authenticator?: Authenticator;
  /** For tests. */
  readonly eventStreams?: StreamTimes;
  /** Told of every error that becomes a 500. Default: `console.error`. */
  readonly onInternalError?: (error: unknown) => void;
}

/** Where errors of ours go when nobody says otherwise. */
export function logError(error: unknown): void {
  // oxlint-disable-next-line no-console -- Else nobody would learn what a 500 was about.
  console.error(error);
}
