/** The ids of attempts: the same in every replay, unique in a run, and read again from the history. */

/** Which attempt of a step. */
export interface AttemptPlace {
  /** 0 for the first choice. */
  readonly fallback: number;
  /** 0 before any tool was called. */
  readonly round: number;
  /** 0 for the first time the model is asked this. */
  readonly retry: number;
}

/**
 * The id of one attempt, such as `draft#1` for the first fallback, `draft#0.2` for what the model is asked after its
 * second round of tool calls, or `draft#0~1` for what it is asked again.
 *
 * @param path - the step's path.
 */
export function attemptId(path: string, { fallback, round, retry }: AttemptPlace): string {
  const after = round === 0 ? "" : `.${round}`;
  return `${path}#${fallback}${after}${retry === 0 ? "" : `~${retry}`}`;
}

/** Which candidate an attempt was for: 0 for the first choice. */
export function fallbackOf(id: string): number {
  return Number.parseInt(id.slice(id.lastIndexOf("#") + 1), 10);
}

/** What stands behind the path of a step for model calls beside its own: of judges, and of guardrails that a model judges. */
const BESIDE = /\?(?:judge(?:\[\d+\])?|guard\..*)$/s;
/** What stands behind it for a tool that its model calls: which attempt, and which of its calls. */
const TOOL_CALL = /#\d+(?:\.\d+)?(?:~\d+)?\/\d+$/;

/** The path of the step that a call belongs to. `name`: the path of the call itself, or the id of a tool's. */
export function stepOfCall(name: string): string {
  return name.replace(TOOL_CALL, "").replace(BESIDE, "");
}

/** The memo in which a run keeps what became of replies that a plan asked for, by the ids of their attempts. */
export const VERDICTS_MEMO = "SignalboxVerdicts";
