/** What can be wrong with a graph. One row for each code in docs/reference/validation.md. */

export const GRAPH_PROBLEM_CODES = [
  "GRAPH_INVALID_FORMAT",
  "GRAPH_EMPTY",
  "GRAPH_TOO_LARGE",
  "GRAPH_INVALID_ID",
  "GRAPH_DUPLICATE_STEP",
  "GRAPH_UNKNOWN_NEED",
  "GRAPH_LATER_NEED",
  "GRAPH_CYCLE",
  "GRAPH_UNUSED_STEP",
  "GRAPH_NO_CASES",
  "GRAPH_EMPTY_CASE",
  "GRAPH_NO_MODEL",
  "GRAPH_NO_PROMPT",
  "GRAPH_TWO_PROMPTS",
  "GRAPH_INVALID_SCHEMA",
  "GRAPH_INVALID_VALUE",
  "GRAPH_INVALID_DURATION",
  "GRAPH_LOCAL_TOO_LONG",
  "GRAPH_INVALID_ROUNDS",
  "GRAPH_INVALID_TOOL_ROUNDS",
  "GRAPH_INVALID_CONCURRENCY",
  "GRAPH_INVALID_SETTING",
  "GRAPH_INVALID_BUDGET",
  "GRAPH_INVALID_REWARD",
] as const;

export type GraphProblemCode = (typeof GRAPH_PROBLEM_CODES)[number];

/** One thing that is wrong with a graph. */
export interface GraphProblem {
  /** Public API: see docs/reference/validation.md. */
  readonly code: GraphProblemCode;
  /** `"error"`: runs fail, or nothing runs. `"warning"`: the graph runs, and most likely not as it was meant. */
  readonly severity: "error" | "warning";
  /** The step's path, such as `context/billing/policy`; `undefined` for the graph itself. */
  readonly step: string | undefined;
  /** What is wrong, then what to do. */
  readonly message: string;
}

/** A problem that makes runs fail. */
export function problem(
  code: GraphProblemCode,
  step: string | undefined,
  message: string,
): GraphProblem {
  return { code, severity: "error", step, message };
}

/** A problem that runs survive. */
export function warning(
  code: GraphProblemCode,
  step: string | undefined,
  message: string,
): GraphProblem {
  return { code, severity: "warning", step, message };
}
