/** Checks what only the definition shows: zod schemas, values before they are JSON, and which callbacks are there. */

import type {
  ApprovalDefinition,
  GraphDefinition,
  ModelCallDefinition,
  WaitDefinition,
} from "./definition.ts";
import { toPlainJson } from "./graph-json.ts";
import { problem, type GraphProblem } from "./problem.ts";
import { describeProblems, type Schema } from "./schema.ts";
import type { ReadSchema, SchemaReader } from "./schema-limits.ts";
import { findMisfits } from "./schema-result.ts";
import { callsOf, walkSteps } from "./walk.ts";

type Problems = Generator<GraphProblem>;

/** What is wrong with the definition and does not show in its data form. */
export function* checkDefinition(graph: GraphDefinition, read: SchemaReader): Problems {
  yield* checkSchema(read(graph.input), undefined, `"input" of the graph`);
  for (const visit of walkSteps(graph)) {
    const { step, path } = visit;
    for (const [place, call] of callsOf(visit)) {
      yield* checkSchema(read(call.output), path, `"output" of step "${place}"`);
      yield* checkPrompts(call, path, place);
    }
    if (step.kind === "approval") yield* checkApproval(step, path, read);
    if (step.kind === "wait") yield* checkWait(step, path, read);
  }
}

function* checkSchema(schema: ReadSchema, path: string | undefined, whose: string): Problems {
  if (schema.ok) return;
  for (const clause of schema.problems) {
    yield problem("GRAPH_INVALID_SCHEMA", path, `${whose} ${clause}`);
  }
}

function* checkPrompts(call: ModelCallDefinition, path: string, place: string): Problems {
  const { prompt, messages, system } = call;
  if (!prompt && !messages) {
    yield problem(
      "GRAPH_NO_PROMPT",
      path,
      `Step "${place}" has neither "prompt" nor "messages": its model would be asked nothing. Give it one of them.`,
    );
  }
  if (messages && (prompt || system)) {
    const other = prompt ? "prompt" : "system";
    yield problem(
      "GRAPH_TWO_PROMPTS",
      path,
      `Step "${place}" has "messages", which give the whole conversation, and "${other}" as well. ` +
        `Put it into "messages", or drop "messages".`,
    );
  }
}

function* checkApproval(step: ApprovalDefinition, path: string, read: SchemaReader): Problems {
  const { decision, deadline, condition } = step;
  const schema = read(decision);
  yield* checkSchema(schema, path, `"decision" of step "${path}"`);
  if (!schema.ok) return;
  if (deadline) yield* checkValue(decision, deadline.onTimeout, path, "onTimeout");
  if (condition) yield* checkValue(decision, condition.otherwise, path, "otherwise");
}

function* checkWait({ until }: WaitDefinition, path: string, read: SchemaReader): Problems {
  if ("durationMs" in until) return;
  const { event, deadline } = until;
  const schema = read(event);
  yield* checkSchema(schema, path, `"event" of step "${path}"`);
  if (schema.ok && deadline) yield* checkValue(event, deadline.onTimeout, path, "onTimeout");
}

/** Nothing else checks such a value: in a run it is taken as it is. */
function* checkValue(schema: Schema, value: unknown, path: string, name: string): Problems {
  const misfits = findMisfits(schema, value);
  if (misfits.length > 0) {
    yield problem(
      "GRAPH_INVALID_VALUE",
      path,
      `"${name}" of step "${path}" does not fit the step's schema: ${describeProblems(misfits)}. ` +
        `Give it a value that fits.`,
    );
  }
  if (isJson(value)) return;
  yield problem(
    "GRAPH_INVALID_VALUE",
    path,
    `"${name}" of step "${path}" cannot be written as JSON. Give it a value without bigints and circles.`,
  );
}

function isJson(value: unknown): boolean {
  try {
    toPlainJson(value);
    return true;
  } catch {
    return false;
  }
}
