/** What is said of a call that no worker took from its queue in time. */

/** It was not made, so it costs nothing and says nothing of the model. */
export const UNSTARTED_CALL = {
  kind: "unavailable",
  tries: 0,
  notCalled: true,
  durationMs: 0,
} as const;

export const WHY_UNSTARTED = "not called: no worker took it from its queue in time";
