/**
 * The search attributes of a run, by which Temporal lists runs. Names and types only, in the form in which Temporal's
 * SDK takes keys.
 */

/** The first four are written when a run starts, the others once when it ends. */
export const SEARCH_ATTRIBUTES = {
  graph: { name: "SignalboxGraph", type: "KEYWORD" },
  version: { name: "SignalboxVersion", type: "KEYWORD" },
  fingerprint: { name: "SignalboxFingerprint", type: "KEYWORD" },
  workspace: { name: "SignalboxWorkspace", type: "KEYWORD" },
  /** The status in more detail than Temporal's own. */
  status: { name: "SignalboxStatus", type: "KEYWORD" },
  costUsd: { name: "SignalboxCostUsd", type: "DOUBLE" },
  /** How many attempts went to another model than a step's first choice. */
  fallbacks: { name: "SignalboxFallbacks", type: "INT" },
  /** The models that answered, as `provider/model`. */
  models: { name: "SignalboxModels", type: "KEYWORD_LIST" },
} as const;

/** The workspace of runs that were started without one. */
export const DEFAULT_WORKSPACE = "default";

/** What is written when a run starts. */
export interface StartFacts {
  /** The graph's id. */
  readonly graph: string;
  readonly version: string;
  readonly fingerprint: string;
  readonly workspace: string;
}

type StartAttribute = {
  readonly [Name in keyof StartFacts]: {
    readonly key: (typeof SEARCH_ATTRIBUTES)[Name];
    readonly value: string;
  };
}[keyof StartFacts];

/** The search attributes of a run that starts, as Temporal's SDK takes them. */
export function startAttributes({
  graph,
  version,
  fingerprint,
  workspace,
}: StartFacts): StartAttribute[] {
  return [
    { key: SEARCH_ATTRIBUTES.graph, value: graph },
    { key: SEARCH_ATTRIBUTES.version, value: version },
    { key: SEARCH_ATTRIBUTES.fingerprint, value: fingerprint },
    { key: SEARCH_ATTRIBUTES.workspace, value: workspace },
  ];
}

/**
 * A value as a list filter of Temporal takes it, in quotes. Safe with any text; the server (1.29) finds no value with a
 * double quote, a backslash or a line break in it, however it is written.
 */
export function quoteForFilter(value: string): string {
  return `'${value.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}
