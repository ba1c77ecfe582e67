/** One line of the benchmark's output. */

export interface Result {
  readonly name: string;
  /** Measured values by name; the names carry the unit. */
  readonly figures: Readonly<Record<string, number>>;
  /** What is wanted, where an issue names it. */
  readonly target?: string;
  /** Whether the target is met. Absent without one. */
  readonly ok?: boolean;
  /** Why it was not measured here. */
  readonly skipped?: string;
}
