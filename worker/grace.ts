/** How long a worker that stops lets attempts go on. Loads nothing: the command line asks for it before it needs Temporal. */

/** Most model calls are done by then, and Kubernetes, which kills after 30 s, still sees the process end by itself. */
export const DEFAULT_GRACE_MS = 25_000;
