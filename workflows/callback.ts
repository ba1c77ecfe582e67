/** Runs the callbacks of a graph's author. Whatever they throw ends the run with an error that says where. */

import type { Callback, View } from "../graph/definition.ts";
import { RunError } from "./run-error.ts";

/** Where a callback stands, such as graph `support`, step `draft`, callback `prompt`. */
export interface CallbackPlace {
  readonly graph: string;
  /** The step's path. */
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
    return await callback(guardView(view));
  } catch (error) {
    throw callbackError(place, describeThrown(error), error);
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
  throw wrongResult(place, text, "a string");
}

/**
 * Runs a callback that has to give `true` or `false`: "truthy" would hide a forgotten `await` or comparison.
 *
 * @throws {RunError} RUN_CALLBACK_ERROR, also when it gives something else.
 */
export async function runBooleanCallback(
  callback: Callback,
  view: View,
  place: CallbackPlace,
): Promise<boolean> {
  const claim = await runCallback(callback, view, place);
  if (typeof claim === "boolean") return claim;
  throw wrongResult(place, claim, "true or false");
}

/**
 * Runs a callback whose result leaves the run.
 *
 * @throws {RunError} RUN_CALLBACK_ERROR, also when JSON cannot carry what it gives.
 */
export async function runJsonCallback(
  callback: Callback,
  view: View,
  place: CallbackPlace,
): Promise<unknown> {
  const result = await runCallback(callback, view, place);
  checkJson(result, place);
  return result;
}

/**
 * Makes sure that JSON can carry what was given at `place`. Temporal tries a workflow task again for ever whose commands
 * it cannot write.
 *
 * @throws {RunError} RUN_CALLBACK_ERROR
 */
export function checkJson(result: unknown, place: CallbackPlace): void {
  if (!isJson(result)) throw wrongResult(place, result, "what JSON can carry");
}

/** The error for a callback that gave `result` where `wanted` was needed. Names the type, never the value. */
export function wrongResult(place: CallbackPlace, result: unknown, wanted: string): RunError {
  const type = result === null ? "null" : typeof result;
  return callbackError(place, `it gave ${type} instead of ${wanted}`);
}

/** The error for a callback that cannot be worked with, for the reason `what`. */
export function callbackError(place: CallbackPlace, what: string, cause?: unknown): RunError {
  const { graph, step, callback } = place;
  return new RunError(
    "RUN_CALLBACK_ERROR",
    `Callback "${callback}" of step "${step}" of graph "${graph}" failed: ${what}. Mend the callback and start the run again.`,
    { cause, details: place },
  );
}

function describeThrown(error: unknown): string {
  if (error instanceof Error) return `${error.name}: ${error.message}`;
  return `it threw ${error === null ? "null" : typeof error} instead of an error`;
}

/** `undefined` counts: Temporal writes it as nothing. */
function isJson(value: unknown): boolean {
  try {
    // What the types leave out: `stringify` gives `undefined` for functions and symbols.
    const text: string | undefined = JSON.stringify(value);
    return value === undefined || text !== undefined;
  } catch {
    return false;
  }
}

/** What the runtime itself asks any object for. */
const ASKED_BY_THE_RUNTIME: ReadonlySet<PropertyKey> = new Set(["then", "toJSON"]);

/** Makes reading a step that is not seen here an error: `undefined` would end up in a prompt. */
function guardView(view: View): View {
  return new Proxy(view, {
    get(seen, name) {
      if (typeof name === "symbol" || Object.hasOwn(seen, name) || ASKED_BY_THE_RUNTIME.has(name)) {
        return Reflect.get(seen, name);
      }
      const names = Object.keys(seen).map((known) => `"${known}"`);
      throw new ReferenceError(
        `it reads "${name}", which is not seen here (seen are: ${names.join(", ")}); add it to "needs"`,
      );
    },
  });
}
