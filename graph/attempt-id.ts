/** The ids of attempts: the same in every replay, unique in a run, and read again from the history. */

/**
 * The id of one attempt, such as `draft#1` for the first fallback, or `draft#0.2` for what the model is asked
 * after its second round of tool calls.
 *
 * @param path - the step's path.
 * @param fallback - 0 for the first choice.
 * @param round - 0 before any tool was called.
 */
export function attemptId(path: string, fallback: number, round: number): string {
  return `${path}#${fallback}${round === 0 ? "" : `.${round}`}`;
}

/** Which candidate an attempt was for: 0 for the first choice. */
export function fallbackOf(id: string): number {
  return Number.parseInt(id.slice(id.lastIndexOf("#") + 1), 10);
}
