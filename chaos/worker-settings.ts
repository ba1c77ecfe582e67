/** What a worker process of the chaos is told: plain JSON. */

export interface WorkerSettings {
  /** `host:port` of Temporal, or of the link to it. */
  readonly temporal: string;
  readonly taskQueue: string;
  /** The file of the bundled graphs. */
  readonly bundle: string;
  readonly journal: string;
  /** The folder of the audit trail, which all workers share. */
  readonly audit: string;
  /** In the order of the alias `writer`; that of `small` is the other way round. */
  readonly services: readonly ServiceSettings[];
  /** A test's: models are asked from the service that does not know keys on. Default: `false`. */
  readonly asksPlainFirst?: boolean;
  /** Absent: workers share nothing. */
  readonly redis?: string;
  /** A test's: the process is killed instead of keeping the trail of a run. Default: `false`. */
  readonly diesBeforeTrail?: boolean;
  /** A test's: the process is killed as soon as a reply is kept. Default: `false`. */
  readonly diesAfterKeeping?: boolean;
}

/** A fake provider. */
export interface ServiceSettings {
  readonly id: string;
  readonly baseURL: string;
  readonly honoursKeys: boolean;
}

/** The variable that holds them. */
export const SETTINGS_VARIABLE = "SIGNALBOX_CHAOS_WORKER";
/** What a worker prints when it takes work. */
export const READY = "ready";
