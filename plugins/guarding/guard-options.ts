/** The rules that every guardrail takes beside options of its own. */

import { PluginError } from "../contract.ts";
import { GUARD_ACTIONS, GUARD_PLACES, type CheckGuardrail } from "../guardrail-contract.ts";

/** What the user decides of any guardrail. */
export interface GuardOptions extends Pick<
  CheckGuardrail,
  "action" | "onError" | "places" | "timeoutMs" | "restore"
> {}

/**
 * The rules among `options`, and nothing else of them.
 *
 * @param id - of the guardrail, for errors.
 * @throws {PluginError} PLUGIN_INVALID_OPTIONS
 */
export function readGuardOptions(id: string, options: GuardOptions): GuardOptions {
  const { action, onError, places, timeoutMs, restore } = options;
  if (action !== undefined && !GUARD_ACTIONS.includes(action)) {
    throw invalidGuardOption(id, "action", action, `one of ${GUARD_ACTIONS.join(", ")}`);
  }
  if (onError !== undefined && onError !== "block" && onError !== "allow") {
    throw invalidGuardOption(id, "onError", onError, `"block" or "allow"`);
  }
  const wrong = places?.find((place) => !GUARD_PLACES.includes(place));
  if (wrong !== undefined || places?.length === 0) {
    throw invalidGuardOption(id, "places", places, `at least one of ${GUARD_PLACES.join(", ")}`);
  }
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= 600_000)) {
    throw invalidGuardOption(
      id,
      "timeoutMs",
      timeoutMs,
      "milliseconds above 0, ten minutes at most",
    );
  }
  return {
    ...(action !== undefined && { action }),
    ...(onError !== undefined && { onError }),
    ...(places !== undefined && { places }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(restore !== undefined && { restore }),
  };
}

/** The error of an option that a guardrail cannot work with. */
export function invalidGuardOption(
  id: string,
  option: string,
  given: unknown,
  wanted: string,
): PluginError {
  return new PluginError(
    "PLUGIN_INVALID_OPTIONS",
    `The guardrail "${id}" is given ${JSON.stringify(given)} as "${option}". Give it ${wanted}.`,
  );
}
