/** The labelled sets that guardrails are measured on: one line for each guardrail that has one. */

import type { CheckGuardrail } from "../plugins/contract.ts";
import { pii } from "../plugins/guardrails/pii.ts";
import { canary } from "../plugins/guardrails/canary.ts";
import { links } from "../plugins/guardrails/links.ts";
import { secrets } from "../plugins/guardrails/secrets.ts";

/** A guardrail, and where its labelled texts are. */
export interface GuardrailSet {
  /** Also the folder under test/fixtures/guardrails/, with `positive.jsonl` and `negative.jsonl`. */
  readonly name: string;
  readonly make: () => CheckGuardrail;
  /** The least that the issue asks for, per kind. */
  readonly target: { readonly recall: number; readonly precision: number };
}

export const GUARDRAIL_SETS: readonly GuardrailSet[] = [
  { name: "pii", make: pii, target: { recall: 0.98, precision: 0.98 } },
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
  { name: "secrets", make: () => secrets(), target: { recall: 0.98, precision: 0.98 } },
];
