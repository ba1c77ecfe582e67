/** Tells graphs apart by what a run depends on. Pure: the same in Node and in the workflow sandbox. */

import { canonicalJson } from "./canonical-json.ts";
import type { CallJson, FlowJson, GraphJson, StepJson } from "./graph-json.ts";
import type { JsonSchema } from "./schema.ts";
import { writeShape } from "./schema-shape.ts";

/**
 * 16 hexadecimal digits for what of a graph decides how its runs go: ids, the order of steps, needs, kinds, schemas,
 * aliases, tools, guardrails, limits, and the values that stand in for a decision or an event.
 *
 * Not part of it: the graph's version, which is a label; prompts and other callbacks, which are code; descriptions in
 * schemas, which are prompt text; the order of keys. It tells versions of a graph apart and is no cryptographic hash:
 * whoever wants two graphs with the same fingerprint can make them.
 */
export function fingerprintGraph({ id, input, deadlineMs, budget, steps }: GraphJson): string {
  const shape = rememberShapes();
  const flow = flowStructure({ steps }, shape);
  return hash(canonicalJson({ id, input: shape(input), deadlineMs, budget, steps: flow }));
}

/** Schemas are often shared between steps. */
function rememberShapes(): Shape {
  const known = new Map<JsonSchema, string>();
  return (schema) => {
    const shape = known.get(schema) ?? hash(writeShape(schema));
    known.set(schema, shape);
    return shape;
  };
}

type Shape = (schema: JsonSchema) => string;

function flowStructure({ steps }: FlowJson, shape: Shape): readonly unknown[] {
  return steps.map((step) => stepStructure(step, shape));
}

function stepStructure(step: StepJson, shape: Shape): unknown {
  switch (step.kind) {
    case "step":
    case "maybe":
      return callStructure(step, shape);
    case "branch": {
      const flows = Object.entries(step.cases).map(([name, flow]) => [
        name,
        flowStructure(flow, shape),
      ]);
      return { ...step, cases: Object.fromEntries(flows) };
    }
    case "map":
      return { ...step, each: flowStructure(step.each, shape) };
    case "refine": {
      const write = callStructure(step.write, shape);
      return { ...step, write, review: callStructure(step.review, shape) };
    }
    case "approval":
      return { ...step, decision: shape(step.decision) };
    case "wait":
      return "event" in step ? { ...step, event: shape(step.event) } : step;
    case "code":
      return step.output ? { ...step, output: shape(step.output) } : step;
    case "tool":
    case "sub":
    case "reward":
      return step;
  }
}

function callStructure(call: CallJson, shape: Shape): unknown {
  return { ...call, output: shape(call.output) };
}

/**
 * cyrb53 with all 64 bits of its two lanes. The sandbox has neither `crypto` nor `TextEncoder`.
 *
 * @see https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js (public domain)
 */
function hash(text: string): string {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    other = Math.imul(other ^ unit, 0x5f356495);
  }
  const mixed = mix(one, other);
  return toHex(mix(other, mixed)) + toHex(mixed);
}

/** MurmurHash3's last step, with the other lane mixed in. */
function mix(lane: number, other: number): number {
  const low = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  return low ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
}

function toHex(lane: number): string {
  return (lane >>> 0).toString(16).padStart(8, "0");
}
