/** Tools: activities of the user's own, which graphs call and models may ask for. */

import { describeProblems, readValue, type Schema } from "../graph/schema.ts";

/** What a tool takes and gives, and what it does. */
export interface Tool {
  /** Tells a model what the tool is for. */
  readonly description: string;
  readonly input: Schema;
  readonly output: Schema;
  /** Does the work. It may be called again when it threw or a worker died: see {@link ToolContext.idempotencyKey}. */
  run(input: never, context: ToolContext): Promise<unknown>;
}

/** What the host lends a tool. */
export interface ToolContext {
  /** Aborted when the run no longer needs the answer. */
  readonly signal: AbortSignal;
  /**
   * The same whenever this call is made again, after `run` has thrown or a worker has died, and no other call's: for what a tool
   * calls that takes such keys. 64 characters, 0-9 and a-f.
   */
  readonly idempotencyKey: string;
}

/** By name. */
export type Tools = Readonly<Record<string, Tool>>;

/** The input or the output of a tool does not fit its schema: calling again would not help. */
export class ToolSchemaError extends Error {
  override readonly name = "ToolSchemaError";
}

/**
 * Calls `tool` and holds it to its schemas.
 *
 * @throws {ToolSchemaError} when input or output does not fit; whatever the tool itself throws.
 */
export async function runTool(
  name: string,
  tool: Tool,
  input: unknown,
  context: ToolContext,
): Promise<unknown> {
  const given = hold(tool.input, input, `The input of tool "${name}"`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Its own schema has just accepted it.
  const output = await tool.run(given as never, context);
  return hold(tool.output, output, `What tool "${name}" gave`);
}

function hold(schema: Schema, value: unknown, what: string): unknown {
  const read = readValue(schema, value);
  if (read.ok) return read.value;
  throw new ToolSchemaError(`${what} does not fit its schema: ${describeProblems(read.problems)}`);
}
