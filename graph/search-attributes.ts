/** The search attributes of a run, by which Temporal lists runs. Names and types only: client and worker make keys of them. */

export const SEARCH_ATTRIBUTES = {
  graph: { name: "SignalboxGraph", type: "KEYWORD" },
  version: { name: "SignalboxVersion", type: "KEYWORD" },
} as const;
