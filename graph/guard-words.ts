/** What guardrails do and say, the same on both sides of the sandbox: never what they found, only of which kind and how often. */

/** A guardrail's look that did not pass. */
interface Look {
  /** Its name in the configuration. */
  readonly guardrail: string;
  readonly direction: "input" | "output";
  readonly findings?: readonly { readonly kind: string; readonly count: number }[] | undefined;
  /** Why it could not tell. */
  readonly why?: string | undefined;
}

/** Such as `guardrail "pii" found 2 × email, 1 × phone in the input`. */
export function describeLook({ guardrail, direction, findings = [], why }: Look): string {
  if (why !== undefined) {
    return `guardrail "${guardrail}" could not tell about the ${direction}: it ${why}`;
  }
  const counts = findings.map(({ kind, count }) => `${count} × ${kind}`);
  return `guardrail "${guardrail}" found ${counts.join(", ")} in the ${direction}`;
}

/** What is done about a finding there: a model cannot mend what it was asked. */
export function actionIn<Action extends string>(
  direction: Look["direction"],
  action: Action | "block",
): Action | "block" {
  return direction === "input" && action === "retry" ? "block" : action;
}
