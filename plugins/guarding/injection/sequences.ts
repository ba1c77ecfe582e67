/** What injections say, as orders of parts: "ignore" before "previous" before "instructions", in whatever language each is said. */

import type { InjectionKind } from "./kinds.ts";
import type { Part } from "./english.ts";

/** Parts that follow on each other. */
export interface Sequence {
  readonly kind: InjectionKind;
  /** How likely it is an injection, from 0 to 1, from this alone. */
  readonly weight: number;
  readonly parts: readonly Part[];
  /** At most so many characters between two of them. Default: 30. */
  readonly gap?: number;
  /** It is none with one of these inside or right before. */
  readonly unless?: readonly Part[];
  /** Nor when the text goes on like this. Sticky; bounded. */
  readonly unlessNext?: RegExp;
  /** Whether a sentence may end in between. Default: `false`. */
  readonly isAcross?: boolean;
}

/** "your instructions for returning a card": that is about the card. */
const TOPIC =
  /[ ,]{0,2}(?:for|to|on|about|regarding|concerning|when|how|pour|para|per|zum|zur|für|fur|voor)\b/y;
/** "the text above the button". */
const PLACE = / (?:the|my|our|that|\d)/y;

/** "ignore the above if you have paid", "ignore the above message". */
const CONDITION =
  / (?:if|once|when|in case|unless|message|e-?mail|mail|notice|note|letter|error|warning|reminder|address|number|amount|line)\b/y;

export const SEQUENCES: readonly Sequence[] = [
  {
    kind: "instruction-override",
    weight: 0.75,
    parts: ["cancel", "told"],
    gap: 12,
    unless: ["not"],
  },
  {
    kind: "instruction-override",
    weight: 0.72,
    parts: ["cancel", "theAbove"],
    gap: 2,
    unless: ["not"],
    unlessNext: CONDITION,
  },
  {
    kind: "instruction-override",
    weight: 0.75,
    parts: ["everything", "told", "cancel"],
    isAcross: true,
  },
  { kind: "instruction-override", weight: 0.75, parts: ["machine", "changed"], gap: 20 },
  { kind: "jailbreak", weight: 0.85, parts: ["persona", "freedom", "self"], gap: 10 },
  { kind: "jailbreak", weight: 0.75, parts: ["self", "safety", "off"], gap: 20 },
  {
    kind: "exfiltration",
    weight: 0.5,
    parts: ["secret", "send", "address"],
    gap: 60,
    unless: ["own"],
  },
  {
    kind: "instruction-override",
    weight: 0.9,
    parts: ["cancel", "past", "rules"],
    unless: ["own", "not"],
  },
  {
    kind: "instruction-override",
    weight: 0.85,
    parts: ["cancel", "rules", "past"],
    unless: ["own", "not"],
  },
  {
    kind: "instruction-override",
    weight: 0.85,
    parts: ["cancel", "your", "rules"],
    unless: ["own", "not"],
  },
  {
    kind: "instruction-override",
    weight: 0.75,
    parts: ["cancel", "all", "rules"],
    gap: 20,
    unless: ["own", "not"],
    unlessNext: TOPIC,
  },
  {
    kind: "instruction-override",
    weight: 0.85,
    parts: ["past", "rules", "cancel"],
    gap: 12,
    unless: ["own", "not"],
  },
  {
    kind: "instruction-override",
    weight: 0.8,
    parts: ["cancel", "everything", "told"],
    unless: ["not"],
  },
  {
    kind: "instruction-override",
    weight: 0.5,
    parts: ["cancel", "past"],
    gap: 5,
    unless: ["own", "not"],
  },
  { kind: "instruction-override", weight: 0.75, parts: ["renewed"] },
  {
    kind: "instruction-override",
    weight: 0.75,
    parts: ["past", "rules", "void"],
    gap: 25,
    unless: ["own"],
  },
  {
    kind: "instruction-override",
    weight: 0.75,
    parts: ["your", "rules", "void"],
    gap: 25,
    unless: ["own"],
  },
  {
    kind: "instruction-override",
    weight: 0.75,
    parts: ["rules", "past", "void"],
    gap: 15,
    unless: ["own"],
  },
  {
    kind: "instruction-override",
    weight: 0.75,
    parts: ["machine", "cancel"],
    gap: 60,
    isAcross: true,
  },
  { kind: "instruction-override", weight: 0.72, parts: ["machine", "bidding"], gap: 40 },
  {
    kind: "prompt-extraction",
    weight: 0.9,
    parts: ["reveal", "ownPrompt"],
    gap: 40,
  },
  { kind: "prompt-extraction", weight: 0.8, parts: ["ownPrompt", "reveal"], gap: 12 },
  { kind: "prompt-extraction", weight: 0.75, parts: ["reveal", "thePrompt"], gap: 12 },
  {
    kind: "prompt-extraction",
    weight: 0.75,
    parts: ["reveal", "your", "brief"],
    gap: 15,
    unlessNext: TOPIC,
  },
  {
    kind: "prompt-extraction",
    weight: 0.75,
    parts: ["reveal", "textAbove"],
    gap: 12,
    unlessNext: PLACE,
  },
  { kind: "prompt-extraction", weight: 0.75, parts: ["textAbove", "reveal"], gap: 12 },
  { kind: "prompt-extraction", weight: 0.3, parts: ["wordForWord"] },
  { kind: "prompt-extraction", weight: 0.75, parts: ["toldToYou"] },
  {
    kind: "jailbreak",
    weight: 0.85,
    parts: ["persona", "self", "freedom"],
    gap: 60,
    isAcross: true,
  },
  { kind: "jailbreak", weight: 0.85, parts: ["freedom", "self", "persona"], gap: 10 },
  { kind: "jailbreak", weight: 0.6, parts: ["self", "freedom"], gap: 25 },
  { kind: "jailbreak", weight: 0.35, parts: ["persona", "freedom"], gap: 60 },
  { kind: "jailbreak", weight: 0.9, parts: ["jailbreaks"] },
  { kind: "jailbreak", weight: 0.8, parts: ["youAreIn", "modes"], gap: 12 },
  {
    kind: "jailbreak",
    weight: 0.8,
    parts: ["start", "modes", "answering"],
    gap: 20,
    isAcross: true,
  },
  { kind: "jailbreak", weight: 0.35, parts: ["modes"] },
  { kind: "jailbreak", weight: 0.35, parts: ["hints"] },
  { kind: "jailbreak", weight: 0.8, parts: ["off", "your", "safety"] },
  { kind: "jailbreak", weight: 0.75, parts: ["your", "safety", "off"] },
  { kind: "jailbreak", weight: 0.55, parts: ["safety", "off"] },
  { kind: "exfiltration", weight: 0.85, parts: ["send", "secret", "address"], gap: 60 },
  {
    kind: "exfiltration",
    weight: 0.5,
    parts: ["send", "address", "secret"],
    gap: 40,
    unless: ["own", "your"],
  },
  { kind: "exfiltration", weight: 0.3, parts: ["send", "secret"], gap: 60 },
  { kind: "exfiltration", weight: 0.75, parts: ["send", "bulk", "mail"], gap: 40, unless: ["own"] },
  { kind: "role-forgery", weight: 0.75, parts: ["developer"] },
];
