/** Checks what single steps say, as far as their data form shows it. */

import { describeLongLocal, LONGEST_LOCAL_MS } from "./call-settings.ts";
import { checkBudget, checkSettings } from "./check-settings.ts";
import type { CallJson, DeadlineJson, FlowJson, StepJson } from "./graph-json.ts";
import { problem, warning, type GraphProblem, type GraphProblemCode } from "./problem.ts";

type Problems = Generator<GraphProblem>;

/** What is wrong with one step: not with its id and needs, nor inside the flows it holds. */
export function* checkStep(step: StepJson, path: string): Problems {
  switch (step.kind) {
    case "step":
    case "maybe":
      yield* checkCall(step, path, `Step "${path}"`);
      break;
    case "branch":
      yield* checkCases(step.cases, path);
      break;
    case "map":
      yield* checkMap(step, path);
      break;
    case "refine":
      yield* checkRefine(step, path);
      break;
    case "approval":
      yield* checkDeadline(step.deadline, path);
      if (step.remindEveryMs !== undefined) {
        yield* checkDuration(step.remindEveryMs, path, "reminder");
      }
      break;
    case "wait":
      if ("durationMs" in step) yield* checkDuration(step.durationMs, path, "duration");
      else yield* checkDeadline(step.deadline, path);
      break;
    case "tool":
      yield* checkDuration(step.deadlineMs, path, "deadline");
      break;
    case "sub":
    case "code":
    case "reward":
      break;
  }
}

function* checkCall(
  { models, maxToolRounds, deadlineMs, settings }: CallJson,
  path: string,
  who: string,
): Problems {
  if (models.length === 0) {
    yield problem(
      "GRAPH_NO_MODEL",
      path,
      `${who} names no model, and the graph has no default. Give it a "model", or give the graph "defaults".`,
    );
  }
  yield* checkCount(maxToolRounds, path, {
    code: "GRAPH_INVALID_TOOL_ROUNDS",
    what: `${who} has "maxToolRounds"`,
    least: 0,
  });
  yield* checkDuration(deadlineMs, path, "deadline");
  if (settings?.placement === "local" && deadlineMs > LONGEST_LOCAL_MS) {
    yield problem("GRAPH_LOCAL_TOO_LONG", path, describeLongLocal(who, deadlineMs));
  }
  if (settings) yield* checkSettings(settings, path, who);
}

function* checkCases(cases: Readonly<Record<string, FlowJson>>, path: string): Problems {
  const names = Object.entries(cases);
  if (names.length === 0) {
    yield problem(
      "GRAPH_NO_CASES",
      path,
      `Branch "${path}" has no cases, so whatever "on" gives ends the run. Add the cases, or use "code".`,
    );
  }
  for (const [name, { steps }] of names) {
    if (name === "" || name.includes("/")) {
      yield problem(
        "GRAPH_INVALID_ID",
        path,
        `"${name}" cannot be the name of a case of branch "${path}": it becomes part of its steps' paths. ` +
          `Use at least one character, and no "/".`,
      );
    }
    if (steps.length === 0) {
      yield warning(
        "GRAPH_EMPTY_CASE",
        path,
        `Case "${name}" of branch "${path}" has no steps, so its value is undefined. ` +
          `Add a step, if only a "code" that says what this case gives.`,
      );
    }
  }
}

type StepOf<Kind extends StepJson["kind"]> = Extract<StepJson, { readonly kind: Kind }>;

function* checkMap({ each, concurrency }: StepOf<"map">, path: string): Problems {
  if (each.steps.length === 0) {
    yield problem(
      "GRAPH_EMPTY",
      path,
      `Map "${path}" has no steps to run for an item. Add one in "each".`,
    );
  }
  yield* checkCount(concurrency, path, {
    code: "GRAPH_INVALID_CONCURRENCY",
    what: `Map "${path}" has "concurrency"`,
    least: 1,
  });
}

function* checkRefine(
  { maxRounds, budget, write, review }: StepOf<"refine">,
  path: string,
): Problems {
  yield* checkCount(maxRounds, path, {
    code: "GRAPH_INVALID_ROUNDS",
    what: `Refine "${path}" has "maxRounds"`,
    least: 1,
  });
  if (budget) yield* checkBudget(budget, path, `Refine "${path}"`);
  yield* checkCall(write, path, `"write" of refine "${path}"`);
  yield* checkCall(review, path, `"review" of refine "${path}"`);
}

interface Limit {
  readonly code: GraphProblemCode;
  readonly what: string;
  readonly least: number;
}

function* checkCount(count: number, path: string, { code, what, least }: Limit): Problems {
  if (Number.isSafeInteger(count) && count >= least) return;
  yield problem(code, path, `${what} "${count}". Give it a whole number, ${least} or more.`);
}

function* checkDeadline(deadline: DeadlineJson | undefined, path: string): Problems {
  if (deadline) yield* checkDuration(deadline.timeoutMs, path, "timeout");
}

function* checkDuration(milliseconds: number, path: string, what: string): Problems {
  if (Number.isSafeInteger(milliseconds) && milliseconds > 0) return;
  yield problem(
    "GRAPH_INVALID_DURATION",
    path,
    `Step "${path}" has the ${what} "${milliseconds}", which is no time to wait. ` +
      `Give it a whole number of milliseconds above 0.`,
  );
}
