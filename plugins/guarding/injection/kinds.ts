/** The kinds of injections, and what is found of one. */

export const INJECTION_KINDS = [
  "instruction-override",
  "role-forgery",
  "prompt-extraction",
  "jailbreak",
  "hidden-text",
  "encoded-payload",
  "homoglyphs",
  "exfiltration",
] as const;

export type InjectionKind = (typeof INJECTION_KINDS)[number];

/** Something that speaks for an injection, and where it stands. */
export interface Clue {
  readonly kind: InjectionKind;
  /** How likely it is one, from 0 to 1, from this alone. */
  readonly weight: number;
  /** What spoke for it: of the same clue twice, one counts. */
  readonly from: string;
  readonly start: number;
  readonly end: number;
}
