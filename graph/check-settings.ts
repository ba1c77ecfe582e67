/** Checks how a model call is to be made, and what it, or a whole graph, may use up. */

import { findBudgetProblems, type Budget } from "./budget.ts";
import type { CallSettings } from "./call-settings.ts";
import { CURABLE_KINDS } from "./failure-kinds.ts";
import { problem, type GraphProblem } from "./problem.ts";

type Problems = Generator<GraphProblem>;

/** What is wrong with the settings of one call. `who` begins a sentence about it. */
export function* checkSettings(settings: CallSettings, path: string, who: string): Problems {
  const { connectMs, firstByteMs, idleMs, stepMs, patienceMs, maxOutputTokens } = settings;
  const durations = { connectMs, firstByteMs, idleMs, stepMs, patienceMs };
  for (const [name, milliseconds] of Object.entries(durations)) {
    if (milliseconds === undefined || isCount(milliseconds)) continue;
    yield problem(
      "GRAPH_INVALID_DURATION",
      path,
      `${who} has "${name}" "${milliseconds}", which is no time to wait. ` +
        `Give it a whole number of milliseconds above 0.`,
    );
  }
  if (maxOutputTokens !== undefined && !isCount(maxOutputTokens)) {
    yield invalid(
      path,
      `${who} has "maxOutputTokens" "${maxOutputTokens}"`,
      "a whole number above 0",
    );
  }
  yield* checkSampling(settings, path, who);
  yield* checkKinds(settings, path, who);
  if (settings.budget) yield* checkBudget(settings.budget, path, who);
}

/** What is wrong with a budget. `path`: `undefined` for the graph's own. */
export function* checkBudget(budget: Budget, path: string | undefined, who: string): Problems {
  for (const what of findBudgetProblems(budget)) {
    yield problem("GRAPH_INVALID_BUDGET", path, `${who} has a budget that is none: ${what}.`);
  }
}

function* checkSampling({ sampling = {} }: CallSettings, path: string, who: string): Problems {
  const { temperature = 0, topP = 1, seed = 0 } = sampling;
  if (!(temperature >= 0 && temperature <= 2)) {
    yield invalid(path, `${who} has the temperature "${temperature}"`, "a number from 0 to 2");
  }
  if (!(topP >= 0 && topP <= 1)) {
    yield invalid(path, `${who} has "topP" "${topP}"`, "a number from 0 to 1");
  }
  if (!Number.isSafeInteger(seed)) {
    yield invalid(path, `${who} has the seed "${seed}"`, "a whole number");
  }
}

function* checkKinds(settings: CallSettings, path: string, who: string): Problems {
  const known: ReadonlySet<string> = new Set(CURABLE_KINDS);
  for (const name of ["retryOn", "fallbackOn"] as const) {
    const unknown = settings[name]?.find((kind) => !known.has(kind));
    if (unknown === undefined) continue;
    const kinds = CURABLE_KINDS.map((kind) => `"${kind}"`).join(", ");
    yield invalid(
      path,
      `${who} names "${unknown}" in "${name}"`,
      `kinds that another call may cure: ${kinds}`,
    );
  }
}

function invalid(path: string, what: string, wanted: string): GraphProblem {
  return problem("GRAPH_INVALID_SETTING", path, `${what}. Give it ${wanted}.`);
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
}
