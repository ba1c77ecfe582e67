/* oxlint-disable typescript/no-unsafe-type-assertion -- The verbs are typed by `Graph`; what stands behind them is plain data. */
/** Builds graphs: checks each step as it is added and hangs the verbs on a workflow function. */

import type { z } from "zod";
import type {
  Callback,
  GraphDefinition,
  ModelStepDefinition,
  StepDefinition,
} from "./definition.ts";
import { parseDuration } from "./duration.ts";
import type {
  AnyGraph,
  CodeOptions,
  Graph,
  GraphJson,
  Names,
  StepJson,
  StepOptions,
} from "./graph.ts";
import { GraphError } from "./graph-error.ts";
import { toJsonSchema, type JsonSchema } from "./schema.ts";

const DEFAULT_DEADLINE_MS = 60_000;
/** The longest timer that Node has; it lets a longer one fire at once. */
const MAX_DEADLINE_MS = 2_147_483_647;

/** Runs a graph. Handed in by the package's entry, so that the language knows nothing of Temporal. */
export type GraphRunner = (definition: GraphDefinition, input: unknown) => Promise<unknown>;

/** The part of a configuration whose names a graph uses. Only its type is ever needed. */
export interface ConfigNames {
  readonly models: Readonly<Record<string, unknown>>;
}

/** The graph language, bound to the names of one configuration. */
export interface Kit<N extends Names> {
  /**
   * Starts a graph.
   *
   * @throws {GraphError} when the id is no identifier.
   */
  readonly graph: <Input extends z.ZodType>(options: {
    /** Must equal the name of the export: Temporal finds the workflow by it. */
    readonly id: string;
    /** Default: `"1"`. */
    readonly version?: string;
    readonly input: Input;
    // oxlint-disable-next-line typescript/no-empty-object-type -- no step has finished yet
  }) => Graph<N, Input, { input: z.output<Input> }, {}, never>;
}

// oxlint-disable typescript/no-unnecessary-type-parameters -- The caller gives it: kit<typeof config>().
/** Makes `kit`, whose graphs are run by `run`. */
export function createKit(
  run: GraphRunner,
): <Config extends ConfigNames>() => Kit<{ model: keyof Config["models"] & string }> {
  return () => ({
    graph: ({ id, version = "1", input }) => {
      checkId(id, "graph");
      return buildGraph({ id, version, input, steps: [] }, run) as never;
    },
  });
}

function buildGraph(definition: GraphDefinition, run: GraphRunner): AnyGraph {
  const workflow = (input: unknown): Promise<unknown> => run(definition, input);
  // The Temporal client takes a workflow's type from the name of its function.
  Object.defineProperty(workflow, "name", { value: definition.id });
  const add = (step: StepDefinition): AnyGraph =>
    buildGraph({ ...definition, steps: [...definition.steps, step] }, run);
  return Object.assign(workflow, {
    id: definition.id,
    version: definition.version,
    definition,
    step: (id: string, options: UntypedStepOptions) => add(modelStep(definition, id, options)),
    code: (id: string, options: UntypedOptions & CodeOptions<never, unknown>) =>
      add({ kind: "code", ...placeStep(definition, id, options), run: options.run as Callback }),
    toJSON: () => graphJson(definition),
  });
}

interface UntypedOptions {
  readonly needs?: readonly string[];
}

type UntypedStepOptions = UntypedOptions & StepOptions<Names, never, z.ZodType>;

function modelStep(
  graph: GraphDefinition,
  id: string,
  options: UntypedStepOptions,
): ModelStepDefinition {
  const place = placeStep(graph, id, options);
  return {
    kind: "step",
    ...place,
    models: typeof options.model === "string" ? [options.model] : [...options.model],
    output: options.output,
    system: options.system as Callback | undefined,
    prompt: options.prompt as Callback,
    deadlineMs: readDeadline(options.deadline, id),
  };
}

/** Checks a new step's id and needs, and works out what it sees. */
function placeStep(
  graph: GraphDefinition,
  id: string,
  options: UntypedOptions,
): Pick<StepDefinition, "id" | "needs" | "sees"> {
  checkId(id, `step of graph "${graph.id}"`);
  if (graph.steps.some((step) => step.id === id)) {
    throw new GraphError(
      "GRAPH_DUPLICATE_STEP",
      `Graph "${graph.id}" already has a step "${id}". Give one of the two another id.`,
    );
  }
  const needs = options.needs ?? graph.steps.slice(-1).map((step) => step.id);
  const sees = new Set<string>();
  for (const need of needs) {
    const step = graph.steps.find((candidate) => candidate.id === need);
    if (step === undefined) throw unknownNeed(graph, id, need);
    sees.add(need);
    for (const earlier of step.sees) sees.add(earlier);
  }
  return { id, needs: [...needs], sees };
}

function unknownNeed(graph: GraphDefinition, id: string, need: string): GraphError {
  const known = graph.steps.map((step) => `"${step.id}"`).join(", ") || "none yet";
  return new GraphError(
    "GRAPH_UNKNOWN_NEED",
    `Step "${id}" of graph "${graph.id}" needs "${need}", which is not a step before it (there are: ${known}). ` +
      `Add "${need}" first or drop it from "needs".`,
  );
}

/** Ids become names of exports, parameters and parts of activity ids, so they are identifiers. */
function checkId(id: string, what: string): void {
  if (/^[A-Za-z_]\w*$/.test(id) && id !== "input" && id !== "__proto__") return;
  throw new GraphError(
    "GRAPH_INVALID_ID",
    `"${id}" cannot be the id of a ${what}. Use letters, digits and "_", not a digit first, and neither "input" nor "__proto__".`,
  );
}

function readDeadline(deadline: string | undefined, stepId: string): number {
  if (deadline === undefined) return DEFAULT_DEADLINE_MS;
  const milliseconds = parseDuration(deadline);
  if (milliseconds !== undefined && milliseconds <= MAX_DEADLINE_MS) return milliseconds;
  throw new GraphError(
    "GRAPH_INVALID_DEADLINE",
    `Step "${stepId}" has the deadline "${deadline}", which is no duration of up to 24 days. ` +
      `Write it as "30 seconds" or "2 minutes".`,
  );
}

function graphJson(graph: GraphDefinition): GraphJson {
  const { id, version } = graph;
  if (graph.steps.length === 0) {
    throw new GraphError("GRAPH_EMPTY", `Graph "${id}" has no steps. Add one with ".step(…)".`);
  }
  const input = schemaJson(graph.input, `The input of graph "${id}"`);
  return { id, version, input, steps: graph.steps.map((step) => stepJson(step, id)) };
}

function stepJson(step: StepDefinition, graphId: string): StepJson {
  const { id, kind, needs } = step;
  if (step.kind === "code") return { id, kind, needs };
  const { models, deadlineMs } = step;
  const output = schemaJson(step.output, `The output of step "${id}" of graph "${graphId}"`);
  return { id, kind, needs, models, output, deadlineMs };
}

function schemaJson(schema: z.ZodType, what: string): JsonSchema {
  try {
    return toJsonSchema(schema);
  } catch (error) {
    throw new GraphError(
      "GRAPH_INVALID_SCHEMA",
      `${what} has a schema that JSON cannot carry: ${(error as Error).message}. ` +
        `Use types that JSON has, such as z.iso.date() for a date.`,
      { cause: error },
    );
  }
}
