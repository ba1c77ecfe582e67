/** What the app is made with. */

import type { Logger } from "pino";
import type { SignalboxClient } from "../client/signalbox-client.ts";
import type { TemporalUi } from "../client/temporal-ui.ts";
import type { AnyGraph } from "../graph/graph.ts";
import type { EncryptionKey } from "../payloads/encryption-keys.ts";
import type { StreamTimes } from "./events/send-stream.ts";
import type { ModelStatus } from "../worker/model-status.ts";
import type { AuditSource } from "./audit-source.ts";
import type { Authenticator } from "./caller.ts";

export interface AppOptions {
  readonly client: SignalboxClient;
  /** By id. */
  readonly graphs: ReadonlyMap<string, AnyGraph>;
  /** How the models are: `models` of the worker in this process. Default: the API says that it does not know. */
  readonly models?: () => readonly ModelStatus[];
  /** Links runs to the Temporal UI. */
  readonly temporalUi?: TemporalUi | undefined;
  /** Knows who has which key, such as `apiKeys`. Absent: no keys are asked for, and everybody may do everything. */
  readonly authenticator?: Authenticator;
  /**
   * Where `GET /v1/audit` reads the audit trail: `auditSource` of the worker in this process, or a sink such as `jsonlSink()`, which
   * stays yours to close. Default: it says that there is none.
   */
  readonly auditSource?: AuditSource | undefined;
  /** For tests. */
  readonly eventStreams?: StreamTimes;
  /** Gets one line a request, without keys, bodies or addresses. Default: no log. */
  readonly logger?: Logger;
  /** Requests a minute for each key, for each address where there are no keys. 0: any. Default: 600 with keys, else any. */
  readonly rateLimit?: number;
  /** Requests a minute with wrong keys, for each address; with more, it is not let in for the rest of the minute. Default: 60. */
  readonly wrongKeyLimit?: number;
  /** Proxies in front, whose `X-Forwarded-For` tells the address of a caller. Default: 0. */
  readonly trustedProxies?: number;
  /** Origins whose pages may use the API, such as `https://app.example.com`, or `*`. Default: none but its own. */
  readonly corsOrigins?: readonly string[];
  /**
   * Origins of Temporal UIs, whose pages may have payloads decoded, also by a session of `/codec`. Default: that of
   * `temporalUi`. Without `*`: each is trusted with the plain text of all runs.
   */
  readonly codecOrigins?: readonly string[];
  /** What sessions of `/codec` are sealed with. The same for all processes that share a name. Default: a key of this process. */
  readonly sessionKeys?: readonly EncryptionKey[];
  /** Whether runs can be started and read now. Default: whether Temporal answers within a second. */
  readonly isReady?: () => Promise<boolean>;
  /** Whether it answers only who asks for this machine by `localhost` or its addresses. `startApi` sees to it without keys. */
  readonly onlyLoopback?: boolean;
  /** Aborted when the server is about to stop: event streams end at once. `startApi` gives one of its own. */
  readonly stopping?: AbortSignal;
  /** Told of every error that becomes a 500. Default: the `logger`, or `console.error` without one. */
  readonly onInternalError?: (error: unknown, requestId?: string) => void;
}

/** Where errors of ours go when nobody says otherwise. */
export function logError(error: unknown): void {
  // oxlint-disable-next-line no-console -- Else nobody would learn what a 500 was about.
  console.error(error);
}
