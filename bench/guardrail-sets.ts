/** The labelled sets that guardrails are measured on: one line for each guardrail that has one. */

import { z } from "zod";
import type { CheckGuardrail } from "../plugins/contract.ts";
import { allowlist } from "../plugins/guardrails/allowlist.ts";
import { canary } from "../plugins/guardrails/canary.ts";
import { code } from "../plugins/guardrails/code.ts";
import { grounded } from "../plugins/guardrails/grounded.ts";
import { language } from "../plugins/guardrails/language.ts";
import { length } from "../plugins/guardrails/length.ts";
import { links } from "../plugins/guardrails/links.ts";
import { schema } from "../plugins/guardrails/schema.ts";
import { regex } from "../plugins/guardrails/regex.ts";
import { secrets } from "../plugins/guardrails/secrets.ts";
import { denylist } from "../plugins/guardrails/denylist.ts";
import { pii } from "../plugins/guardrails/pii.ts";
import { promptInjection } from "../plugins/guardrails/prompt-injection.ts";
import { ALLOWED_PATTERNS, ALLOWED_VALUES, DENIED_TERMS, OWN_PATTERNS } from "./own-rules.ts";

/** A guardrail, and where its labelled texts are. */
export interface GuardrailSet {
  /** Also the folder under test/fixtures/guardrails/, with `positive.jsonl` and `negative.jsonl`. */
  readonly name: string;
  readonly make: () => CheckGuardrail;
  /** The least that the issue asks for, per kind. */
  readonly target: { readonly recall: number; readonly precision: number };
  /** Count what is found as another kind than the labelled one too: the target is for all kinds together. Default: `false`. */
  readonly any?: boolean;
  /** The files of the set. Default: `positive` and `negative`. */
  readonly files?: readonly string[];
}

/** What scripts/guardrail-sets/schema.mjs makes replies for. */
const TICKET = z.strictObject({
  id: z.uuid(),
  topic: z.enum(["card", "transfer", "account", "other"]),
  summary: z.string().min(1).max(200),
  priority: z.int().min(1).max(5),
  confidence: z.number().min(0).max(1),
  customer: z.strictObject({ email: z.email(), age: z.int().min(18).max(120).optional() }),
  tags: z.array(z.string().min(2)).max(5),
  dueDate: z.iso.date().optional(),
});

/** Of rules that leave nothing to judge. */
const EXACT = { recall: 0.98, precision: 0.98 };

const INJECTIONS = {
  name: "prompt-injection",
  make: () => promptInjection(),
  target: { recall: 0.9, precision: 0.99 },
  any: true,
} as const;

export const GUARDRAIL_SETS: readonly GuardrailSet[] = [
  {
    name: "canary",
    make: () => canary({ words: ["heron-vault-7731"] }),
    target: { recall: 0.98, precision: 0.98 },
  },
  {
    name: "links",
    make: () => links({ allow: ["example.com", "*.example.org"] }),
    target: { recall: 0.98, precision: 0.98 },
  },
  { name: "code", make: () => code(), target: { recall: 0.98, precision: 0.98 } },
  { name: "grounded", make: () => grounded(), target: { recall: 0.98, precision: 0.98 } },
  {
    name: "language",
    make: () => language({ allow: ["en", "de"] }),
    target: { recall: 0.98, precision: 0.98 },
  },
  {
    name: "length",
    make: () =>
      length({
        minCharacters: 12,
        maxCharacters: 600,
        maxTokens: 120,
        maxSentences: 6,
        model: "openai/gpt-4o",
      }),
    target: { recall: 0.98, precision: 0.98 },
  },
  {
    name: "schema",
    make: () => schema({ schema: TICKET }),
    target: { recall: 0.98, precision: 0.98 },
  },
  { name: "secrets", make: () => secrets(), target: { recall: 0.98, precision: 0.98 } },
  { name: "pii", make: pii, target: { recall: 0.98, precision: 0.98 } },
  // By somebody who had not read the two: what kind a thing is, they may see otherwise.
  { name: "pii", make: pii, target: EXACT, any: true, files: ["heldout"] },
  { name: "secrets", make: () => secrets(), target: EXACT, any: true, files: ["heldout"] },
  INJECTIONS,
  // Nobody looked at these while the rules were written.
  { ...INJECTIONS, files: ["heldout"] },
  { name: "denylist", make: () => denylist({ terms: DENIED_TERMS }), target: EXACT },
  {
    name: "allowlist",
    make: () => allowlist({ values: ALLOWED_VALUES, patterns: ALLOWED_PATTERNS }),
    target: EXACT,
  },
  { name: "regex", make: () => regex({ patterns: OWN_PATTERNS }), target: EXACT },
];
