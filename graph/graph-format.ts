/** The data form of a graph as a schema: what `toJSON` gives and `parseGraphJson` takes. Says nothing of sense: `validate` does. */

import { z } from "zod";
import type { Budget } from "./budget.ts";
import type { CallSettings } from "./call-settings.ts";
import { CURABLE_KINDS } from "./failure-kinds.ts";
import {
  GRAPH_FORMAT,
  type CallJson,
  type DeadlineJson,
  type FlowJson,
  type GraphJson,
  type StepJson,
} from "./graph-json.ts";
import { describeProblems, listProblems, type JsonSchema, type SchemaProblem } from "./schema.ts";

/** What was given is no graph in a format this release reads. `code` is `"GRAPH_INVALID_FORMAT"`. */
export class GraphFormatError extends Error {
  override readonly name = "GraphFormatError";
  readonly code = "GRAPH_INVALID_FORMAT";
  readonly problems: readonly SchemaProblem[];

  constructor(problems: readonly SchemaProblem[]) {
    super(
      `This is no graph in the format "${GRAPH_FORMAT}": ${describeProblems(problems)}. ` +
        `Write it with this release's toJSON(), or mend it: see docs/reference/graph-format.md.`,
    );
    this.problems = problems;
  }
}

export type ReadGraphJson =
  | { readonly ok: true; readonly graph: GraphJson }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/**
 * A graph that comes back from JSON. Members it does not know are refused.
 *
 * @throws {GraphFormatError} with everything that does not fit.
 */
export function parseGraphJson(value: unknown): GraphJson {
  const read = readGraphJson(value);
  if (read.ok) return read.graph;
  throw new GraphFormatError(read.problems);
}

/** As {@link parseGraphJson}, and gives the problems instead of throwing. */
export function readGraphJson(value: unknown): ReadGraphJson {
  const parsed = createGraphSchema().safeParse(value);
  if (parsed.success) return { ok: true, graph: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap((issue) => listFormatProblems(issue)) };
}

/** The format as JSON Schema, draft 2020-12: the content of docs/reference/graph-format.schema.json. */
export function describeGraphFormat(): JsonSchema {
  return z.toJSONSchema(createGraphSchema());
}

const STEPS = "In an order that respects the needs. The last one's value is the flow's.";

/** Made anew for each use: as a constant it would be made in every workflow execution, and few of them need it. */
export function createGraphSchema(): z.ZodType<GraphJson> {
  const parts = createParts();
  return z
    .strictObject({
      format: z.literal(GRAPH_FORMAT),
      id: z.string().describe("Also the name of the Temporal workflow type."),
      version: z.string(),
      input: parts.jsonSchema,
      deadlineMs: z.number().describe("How long a run may take.").optional(),
      budget: parts.budget.describe("What a run may use up.").optional(),
      steps: z.array(parts.step).describe(STEPS),
    })
    .meta({ title: GRAPH_FORMAT, description: "A graph of Signalbox as data." });
}

/** The schemas that others are made of. */
interface Parts {
  readonly jsonSchema: z.ZodType<JsonSchema>;
  readonly flow: z.ZodType<FlowJson>;
  readonly step: z.ZodType<StepJson>;
  readonly budget: z.ZodType<Budget>;
}

function createParts(): Parts {
  const parts: Parts = {
    jsonSchema: z
      .record(z.string(), z.unknown())
      .meta({ id: "jsonSchema", description: "A JSON Schema, draft 2020-12." }),
    flow: z
      .lazy(() => z.strictObject({ steps: z.array(parts.step).describe(STEPS) }))
      .meta({ id: "flow" }),
    step: z.lazy(() => createStepSchema(parts)).meta({ id: "step" }),
    budget: z
      .strictObject({
        usd: z.number().optional(),
        tokens: z.number().optional(),
        calls: z.number().optional(),
        seconds: z.number().optional(),
        atLimit: z.enum(["fail", "degrade", "ask"]).optional(),
      })
      .meta({ id: "budget", description: "Limits; one that is absent does not apply." }),
  };
  return parts;
}

function createStepSchema(parts: Parts): z.ZodType<StepJson> {
  const base = { id: z.string(), needs: names("Ids of steps of the same flow.") };
  const call = callMembers(parts);
  const deadline = createDeadlineSchema().optional();
  const of = <K extends string, M extends z.ZodRawShape>(kind: K, members: M) =>
    z.strictObject({ ...base, kind: z.literal(kind), ...members });
  return z.union([
    z.discriminatedUnion("kind", [
      of("step", call),
      of("maybe", call),
      of("branch", { cases: z.record(z.string(), parts.flow) }),
      of("map", mapMembers(parts)),
      of("refine", refineMembers(call, parts)),
      of("approval", approvalMembers(parts, deadline)),
      of("tool", { tool: z.string(), deadlineMs: z.number() }),
      of("sub", { graph: z.string().describe("The other graph's id."), version: z.string() }),
      of("code", { output: parts.jsonSchema.optional() }),
      of("reward", { of: z.string().describe("Id of a model step of the same flow.") }),
    ]),
    // The only kind with two forms, which a discriminated union does not take.
    of("wait", { durationMs: z.number() }),
    of("wait", { event: parts.jsonSchema, deadline }),
  ]);
}

function callMembers({ jsonSchema, budget }: Parts) {
  return {
    models: names("Aliases of the configuration, in order of preference."),
    guard: z.strictObject({
      input: names("Guardrails of the configuration that read what is sent."),
      output: names("Guardrails of the configuration that read the reply."),
    }),
    output: jsonSchema,
    deadlineMs: z.number().describe("How long one attempt may take."),
    tools: names("Tools of the configuration that the model may call."),
    maxToolRounds: z.number().describe("How often the model may answer with tool calls."),
    settings: settingsSchema(budget).describe("What is said beyond the defaults.").optional(),
    hasRoutingKey: z
      .literal(true)
      .describe("Sticky routers go by a key of the step's own.")
      .optional(),
  };
}

function settingsSchema(budget: Parts["budget"]): z.ZodType<CallSettings> {
  const kinds = z.array(z.enum(CURABLE_KINDS));
  const milliseconds = z.number().optional();
  return z.strictObject({
    connectMs: milliseconds,
    firstByteMs: milliseconds,
    idleMs: milliseconds,
    stepMs: milliseconds,
    patienceMs: milliseconds,
    retryOn: kinds.optional(),
    fallbackOn: kinds.optional(),
    maxOutputTokens: z.number().optional(),
    sampling: z
      .strictObject({
        temperature: z.number().optional(),
        topP: z.number().optional(),
        seed: z.number().optional(),
        stop: z.array(z.string()).optional(),
      })
      .optional(),
    stream: z.boolean().optional(),
    placement: z.literal("local").describe("Attempts are local activities.").optional(),
    budget: budget.optional(),
  });
}

function mapMembers({ flow }: Parts) {
  return {
    each: flow,
    concurrency: z.number().describe("How many items run side by side."),
    onItemFailure: z.enum(["fail", "collect"]),
  };
}

function refineMembers(call: ReturnType<typeof callMembers>, { budget }: Parts) {
  const part: z.ZodType<CallJson> = z.strictObject(call).meta({ id: "call" });
  return { maxRounds: z.number(), budget: budget.optional(), write: part, review: part };
}

function approvalMembers<D>({ jsonSchema }: Parts, deadline: D) {
  return {
    decision: jsonSchema,
    deadline,
    remindEveryMs: z.number().describe("How often the person is reminded.").optional(),
    otherwise: z
      .strictObject({ value: z.unknown().optional() })
      .describe("The value where nobody is asked. Absent: somebody always is.")
      .optional(),
  };
}

function createDeadlineSchema(): z.ZodType<DeadlineJson> {
  return z
    .strictObject({
      timeoutMs: z.number(),
      onTimeout: z.unknown().describe("The value then. Absent: undefined.").optional(),
    })
    .meta({ id: "deadline" });
}

function names(description: string): z.ZodArray<z.ZodString> {
  return z.array(z.string()).describe(description);
}

type Issue = z.core.$ZodIssue;
type Path = Issue["path"];

/** Of a union zod says only that nothing fits; what counts is what is wrong with the form of the kind that is given. */
function listFormatProblems(issue: Issue, outer: Path = []): readonly SchemaProblem[] {
  const path = [...outer, ...issue.path];
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => `"${key}"`).join(", ");
    return [{ path: path.join("."), message: `Has members the format does not know: ${keys}` }];
  }
  if (issue.code !== "invalid_union") return listProblems(new z.ZodError([{ ...issue, path }]));
  const form = issue.errors.find((problems) => !problems.some(isAboutKind));
  if (form) return form.flatMap((inner) => listFormatProblems(inner, path));
  return [{ path: [...path, "kind"].join("."), message: "Is no kind of step" }];
}

function isAboutKind({ path: [name, ...rest] }: Issue): boolean {
  return name === "kind" && rest.length === 0;
}
