/** Finds secrets: keys of providers and clouds, tokens, private keys, connection strings, passwords, random strings. */

import type { CheckGuardrail, Finding } from "../guardrail-contract.ts";
import {
  invalidGuardOption,
  readGuardOptions,
  type GuardOptions,
} from "../guarding/guard-options.ts";
import { LONGEST_KEY } from "../guarding/secrets/find-private-keys.ts";
import { findSecrets } from "../guarding/secrets/find-secrets.ts";
import {
  SECRET_KINDS,
  type FoundSecret,
  type SecretKind,
} from "../guarding/secrets/found-secret.ts";
import { searchByRules, type SecretRule } from "../guarding/secrets/own-rules.ts";

/** What the guardrail `secrets` can be told. */
export interface SecretsOptions extends GuardOptions {
  /** The built-in kinds that are looked for. Default: all. */
  readonly kinds?: readonly SecretKind[];
  /** Rules of your own, beside the built-in ones. They win where both find the same. */
  readonly rules?: readonly SecretRule[];
  /** Secrets that may be shown, exactly as they are written: keys of your own documentation. */
  readonly allow?: readonly string[];
  /** From how many bits for each character, 0 to 6, random characters without a name are a secret. Default: 4.2. */
  readonly leastEntropy?: number;
}

const ID = "secrets";

/**
 * Looks for secrets. Its findings point at the secret alone, not at its name.
 *
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function secrets(options: SecretsOptions = {}): CheckGuardrail {
  const { kinds = SECRET_KINDS, rules = [], allow = [], leastEntropy = 4.2 } = options;
  const unknown = kinds.find((kind) => !SECRET_KINDS.includes(kind));
  if (unknown !== undefined || kinds.length === 0) {
    throw invalidGuardOption(ID, "kinds", kinds, `at least one of ${SECRET_KINDS.join(", ")}`);
  }
  if (!(leastEntropy >= 0 && leastEntropy <= 6)) {
    throw invalidGuardOption(ID, "leastEntropy", leastEntropy, "a number from 0 to 6");
  }
  const wanted = new Set<string>([...kinds, ...rules.map(({ kind }) => kind)]);
  const settings = {
    leastEntropy,
    ownSearch: searchByRules(ID, rules),
    allowed: new Set(allow),
    isWanted: (kind: string) => wanted.has(kind),
  };
  return {
    id: ID,
    ...readGuardOptions(ID, options),
    // A rule of the user's may find any length.
    ...(rules.length === 0 && { windowChars: LONGEST_KEY }),
    check: (content) => findSecrets(content, settings).map(toFinding),
  };
}

function toFinding({ kind, start, end, name = `a secret (${kind})` }: FoundSecret): Finding {
  return {
    kind,
    severity: kind === "high-entropy" ? "medium" : "high",
    start,
    end,
    advice: `The reply holds ${name}. Leave it out, and put no other in its place.`,
  };
}
