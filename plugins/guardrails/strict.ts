/** The guardrails that do well by everybody, with one call: `guardrails: { ...strict(), mine: … }`. */

import type { CheckGuardrail } from "../guardrail-contract.ts";
import { canary, type CanaryOptions } from "./canary.ts";
import { links, type LinksOptions } from "./links.ts";
import { pii, type PiiOptions } from "./pii.ts";
import { promptInjection, type PromptInjectionOptions } from "./prompt-injection.ts";
import { secrets, type SecretsOptions } from "./secrets.ts";

/** What the preset can be told: what each of its guardrails can. What is given goes over the preset's own. */
export interface StrictOptions {
  readonly secrets?: SecretsOptions;
  readonly promptInjection?: PromptInjectionOptions;
  readonly canary?: CanaryOptions;
  /** Default: `links` is not among them, as it has to know which hosts are allowed. */
  readonly links?: LinksOptions;
  readonly pii?: PiiOptions;
}

/** Guardrails by the names that they have in the configuration. */
export interface StrictGuardrails {
  readonly secrets: CheckGuardrail;
  readonly promptInjection: CheckGuardrail;
  readonly canary: CheckGuardrail;
  readonly links?: CheckGuardrail;
  readonly pii: CheckGuardrail;
}

/**
 * Secrets, prompt injections, leaks of the system message and, if `links` is given, links elsewhere are blocked; personal
 * data is redacted, and put back into the reply. In this order: what blocks looks before anything is redacted.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function strict(options: StrictOptions = {}): StrictGuardrails {
  return {
    secrets: secrets({ action: "block", ...options.secrets }),
    promptInjection: promptInjection({ action: "block", ...options.promptInjection }),
    canary: canary({ action: "block", ...options.canary }),
    ...(options.links && { links: links({ action: "block", ...options.links }) }),
    pii: pii({ action: "redact", restore: true, ...options.pii }),
  };
}
