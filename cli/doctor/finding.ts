/** What `signalbox doctor` finds. */

import { isNativeError } from "node:util/types";
import { isCoded } from "../tell-error.ts";

/** Plain JSON. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  /** `"warning"`: it works, or may not be wanted. */
  readonly status: "ok" | "warning" | "failed";
  readonly message: string;
  /** How to mend it. Always there where something is to be mended and the message does not say so itself. */
  readonly remedy?: string;
}

export function ok(check: string, message: string): Finding {
  return { check, status: "ok", message };
}

export function warning(check: string, message: string, remedy?: string): Finding {
  return { check, status: "warning", message, ...(remedy !== undefined && { remedy }) };
}

export function failed(check: string, message: string, remedy?: string): Finding {
  return { check, status: "failed", message, ...(remedy !== undefined && { remedy }) };
}

/** Errors of ours say what to do; what others say may quote what it should not, so of them only the name is told. */
export function failedBy(check: string, error: unknown): Finding {
  if (isCoded(error)) return failed(check, `${error.code}: ${error.message}`);
  const name = isNativeError(error) ? error.name : typeof error;
  return failed(
    check,
    `It failed with "${name}".`,
    "This is not an error Signalbox expects; please report it.",
  );
}

/** A variable with such a name holds what nobody else should see; shorter values would hide half of every text. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL/i;
const SHORTEST_SECRET = 8;

/** What a configuration throws may quote what it found in the environment. */
export function hideSecrets(
  findings: readonly Finding[],
  env: NodeJS.ProcessEnv,
): readonly Finding[] {
  const secrets = Object.entries(env).flatMap(([name, value = ""]) =>
    SECRET_NAME.test(name) && value.trim().length >= SHORTEST_SECRET ? [value.trim()] : [],
  );
  const hide = (text: string): string =>
    secrets.reduce((shown, secret) => shown.replaceAll(secret, "***"), text);
  return findings.map((finding) => ({
    ...finding,
    message: hide(finding.message),
    ...(finding.remedy !== undefined && { remedy: hide(finding.remedy) }),
  }));
}
