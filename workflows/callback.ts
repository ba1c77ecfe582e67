/** Runs the callbacks of a graph's author. Whatever they throw ends the run with an error that says where. */

import type { Callback, View } from "../graph/definition.ts";
import { RunError } from "./run-error.ts";

/** Where a callback stands, such as graph `support`, step `draft`, callback `prompt`. */
export interface CallbackPlace {
  readonly graph: string;
  readonly step: string;
  readonly callback: string;
}

/**
 * Runs a callback. Without this a plain `TypeError` would fail the workflow task, which Temporal retries for ever.
 *
 * @throws {RunError} RUN_CALLBACK_ERROR
 */
export async function runCallback(
  callback: Callback,
  view: View,
  place: CallbackPlace,
): Promise<unknown> {
  try {
    return await callback(view);
  } catch (error) {
    throw callbackError(
      place,
      error instanceof Error ? `${error.name}: ${error.message}` : "",
      error,
    );
  }
}

/**
 * Runs a callback that has to give text.
 *
 * @throws {RunError} RUN_CALLBACK_ERROR, also when it gives something else.
 */
export async function runTextCallback(
  callback: Callback,
  view: View,
  place: CallbackPlace,
): Promise<string> {
  const text = await runCallback(callback, view, place);
  if (typeof text === "string") return text;
  throw callbackError(place, `it gave ${text === null ? "null" : typeof text} instead of a string`);
}

function callbackError(place: CallbackPlace, what: string, cause?: unknown): RunError {
  const { graph, step, callback } = place;
  return new RunError(
    "RUN_CALLBACK_ERROR",
    `Callback "${callback}" of step "${step}" of graph "${graph}" failed: ${what}. Mend the callback and start the run again.`,
    { cause, details: place },
  );
}
