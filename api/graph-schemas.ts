/** The schemas of a graph as the API documents them: what a run takes and what it gives, by names of their own. */

import { z } from "zod";
import type { FlowDefinition, StepDefinition } from "../graph/definition.ts";
import type { AnyGraph } from "../graph/graph.ts";
import { readValue, toJsonSchema, toOutputSchema, type Schema } from "../graph/schema.ts";
import { runSchemaOf } from "./answers/run.ts";

export interface GraphSchemas {
  /** What its schemas' names begin with, such as `Support`. */
  readonly name: string;
  /** Named, such as `SupportInput`. Of several versions that differ: any of theirs. */
  readonly input: z.ZodType;
  /** The whole run, with its result typed. Named, such as `SupportRun`. */
  readonly run: z.ZodType;
}

/** By the id of the graph. Names are unique, also of graphs whose ids differ by their first letter's case alone. */
export function describeGraphs(
  graphs: ReadonlyMap<string, AnyGraph>,
): ReadonlyMap<string, GraphSchemas> {
  const taken = new Set<string>();
  return new Map(
    [...graphs].map(([id, graph]) => {
      const name = freeName(id.charAt(0).toUpperCase() + id.slice(1), taken);
      taken.add(name);
      return [id, describeGraph(graph, name)];
    }),
  );
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    // No id ends so: a hyphen is no part of one.
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken.has(name)) return name;
  }
}

function describeGraph({ id, versions }: AnyGraph, name: string): GraphSchemas {
  const inputs = versions.map(({ definition }) => definition.input);
  const input = anyOf(inputs, (schema) => JSON.stringify(toJsonSchema(schema)));
  const results = versions.map(({ definition }) => resultSchemaOf(definition));
  const output = anyOf(results, (schema) => JSON.stringify(toOutputSchema(schema)));
  const result = output.meta({ id: `${name}Output`, description: `What graph ${id} gives` });
  const run = runSchemaOf(result).meta({ id: `${name}Run`, description: `A run of graph ${id}` });
  return {
    name,
    input: input.meta({ id: `${name}Input`, description: `What graph ${id} takes` }),
    run,
  };
}

/** The one schema, or a choice of those that differ. */
function anyOf(schemas: readonly Schema[], formOf: (schema: Schema) => string): Schema {
  const [first = z.unknown(), ...others] = [
    ...new Map(schemas.toReversed().map((schema) => [formOf(schema), schema])).values(),
  ].toReversed();
  return others.length === 0 ? first : z.union([first, ...others]);
}

/** What a run gives: the value of the flow's last step. Where it may be `undefined`, it is absent from JSON. */
export function resultSchemaOf({ steps }: FlowDefinition): Schema {
  const last = steps.at(-1);
  return last === undefined ? z.unknown() : valueSchemaOf(last);
}

function valueSchemaOf(step: StepDefinition): Schema {
  switch (step.kind) {
    case "step":
      return step.call.output;
    case "maybe":
      return step.call.output.optional();
    case "branch": {
      const cases = Object.entries(step.cases).map(([name, flow]) =>
        z.object({ case: z.literal(name), value: asMember(resultSchemaOf(flow)) }),
      );
      return z.union(cases);
    }
    case "map": {
      const value = resultSchemaOf(step.each);
      return z.array(step.onItemFailure === "collect" ? collectedSchemaOf(value) : asItem(value));
    }
    case "refine":
      return z.object({
        draft: asMember(step.write.output),
        review: asMember(step.review.output),
        rounds: z.int().min(1),
        accepted: z.boolean(),
      });
    case "approval":
      return step.decision;
    case "wait":
      return "event" in step.until ? step.until.event : z.unknown().optional();
    case "sub":
      return resultSchemaOf(step.graph);
    case "reward":
      return z.number();
    case "code":
      return step.output ?? z.unknown().optional();
    case "tool":
      return z.unknown().optional();
  }
}

function collectedSchemaOf(value: Schema): Schema {
  const index = z.int().min(0);
  return z.discriminatedUnion("ok", [
    z.object({ ok: z.literal(true), value: asMember(value), index }),
    z.object({
      ok: z.literal(false),
      error: z.object({ code: z.string(), message: z.string() }),
      index,
    }),
  ]);
}

/** JSON leaves a member out that is `undefined`. */
function asMember(schema: Schema): Schema {
  return mayBeUndefined(schema) ? schema.optional() : schema;
}

/** JSON has `null` for an item that is `undefined`. */
function asItem(schema: Schema): Schema {
  return mayBeUndefined(schema) ? schema.nullable() : schema;
}

function mayBeUndefined(schema: Schema): boolean {
  return readValue(schema, undefined).ok;
}
