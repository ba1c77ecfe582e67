/* oxlint-disable typescript/no-unsafe-type-assertion -- The verbs are typed by what is written; here nothing is. */
/**
 * Makes graphs of a list of numbers: the same numbers give the same graph, shorter lists and smaller numbers a simpler one.
 * Pure, because it also runs in the workflow sandbox.
 */

import { kit, type AnyGraph, type Budget } from "signalbox";
import { z } from "zod";
import type { findAccount } from "../fixtures/every-verb.ts";

/** What a graph is to be, as plain data. */
export interface FlowPlan {
  readonly steps: readonly StepPlan[];
}

export type StepPlan = {
  /** Unique in the whole graph. */
  readonly id: string;
  /** Absent: the default, which is the step before. */
  readonly needs?: readonly string[];
} & (
  | { readonly kind: "code" }
  | { readonly kind: "tool" }
  | { readonly kind: "step"; readonly call: CallPlan }
  | { readonly kind: "maybe"; readonly call: CallPlan }
  | { readonly kind: "branch"; readonly cases: Readonly<Record<string, FlowPlan>> }
  | MapPlan
  | RefinePlan
);

export interface MapPlan {
  readonly kind: "map";
  readonly count: number;
  readonly concurrency: number;
  readonly onItemFailure: "fail" | "collect";
  readonly each: FlowPlan;
}

export interface RefinePlan {
  readonly kind: "refine";
  readonly budget?: Budget;
  readonly maxRounds: number;
  readonly write: CallPlan;
  readonly review: CallPlan;
}

export interface CallPlan {
  readonly model: "small" | "writer";
  readonly form: keyof typeof OUTPUTS;
  /** How often the model may call tools. */
  readonly toolRounds: number;
  readonly budget?: Budget;
  readonly maxOutputTokens?: number;
}

const OUTPUTS = {
  text: z.string(),
  object: z.object({ said: z.string() }),
  verdict: z.object({ good: z.boolean() }),
};

const MOST_STEPS = 15;
const DEEPEST = 2;

/** Numbers for {@link planGraph}, by Mulberry32. */
export function drawNumbers(seed: number, count = 120): readonly number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  });
}

/** A plan of up to 15 steps, nested up to two deep. */
export function planGraph(numbers: readonly number[]): FlowPlan {
  return planFlow(new Planner(numbers), 0);
}

class Planner {
  readonly #numbers: readonly number[];
  #used = 0;
  #steps = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** 0 to `count` - 1; 0 once the numbers are used up. */
  below(count: number): number {
    return (this.#numbers[this.#used++] ?? 0) % count;
  }

  pick<T>(first: T, ...others: readonly T[]): T {
    return others[this.below(others.length + 1) - 1] ?? first;
  }

  nextId(): string {
    this.#steps += 1;
    return `s${this.#steps}`;
  }

  hasRoom(): boolean {
    return this.#steps < MOST_STEPS;
  }
}

function planFlow(planner: Planner, depth: number): FlowPlan {
  const steps: StepPlan[] = [];
  const count = 1 + planner.below(depth === 0 ? 7 : 3);
  do steps.push(planStep(planner, depth, steps));
  while (steps.length < count && planner.hasRoom());
  return { steps };
}

function planStep(planner: Planner, depth: number, before: readonly StepPlan[]): StepPlan {
  const kind = planner.pick<StepPlan["kind"]>(
    ...(["code", "step", "step", "maybe", "tool", "refine"] as const),
    ...(depth < DEEPEST ? (["branch", "map"] as const) : []),
  );
  const place = { id: planner.nextId(), ...planNeeds(planner, before) };
  switch (kind) {
    case "code":
    case "tool":
      return { ...place, kind };
    case "step":
    case "maybe":
      return { ...place, kind, call: planCall(planner, planner.pick("text", "object")) };
    case "branch": {
      const names = planner.pick(["left"], ["left", "right"]);
      const cases = names.map((name) => [name, planFlow(planner, depth + 1)]);
      return { ...place, kind, cases: Object.fromEntries(cases) as Record<string, FlowPlan> };
    }
    case "map":
      return { ...place, ...planMap(planner, depth) };
    case "refine":
      return { ...place, ...planRefine(planner) };
  }
}

function planNeeds(
  planner: Planner,
  before: readonly StepPlan[],
): { readonly needs?: readonly string[] } {
  switch (planner.pick("default", "some", "none")) {
    case "default":
      return {};
    case "none":
      return { needs: [] };
    case "some":
      return { needs: before.filter(() => planner.below(2) === 1).map(({ id }) => id) };
  }
}

function planCall(planner: Planner, form: CallPlan["form"]): CallPlan {
  return {
    model: planner.pick("small", "writer", "writer"),
    form,
    toolRounds: planner.pick(0, 0, 1, 2),
  };
}

function planMap(planner: Planner, depth: number): MapPlan {
  return {
    kind: "map",
    count: planner.below(4),
    concurrency: 1 + planner.below(3),
    onItemFailure: planner.pick("fail", "collect", "collect"),
    each: planFlow(planner, depth + 1),
  };
}

function planRefine(planner: Planner): RefinePlan {
  return {
    kind: "refine",
    maxRounds: 1 + planner.below(3),
    write: planCall(planner, planner.pick("text", "object")),
    review: planCall(planner, "verdict"),
  };
}

interface Names {
  readonly models: { readonly small: unknown; readonly writer: unknown };
  readonly tools: { readonly findAccount: typeof findAccount };
}

const { graph } = kit<Names>();

/** The verbs without their types. */
type Flow = Record<StepPlan["kind"], (id: string, options: object) => Flow>;

/** What every such graph takes. It reaches every prompt, and so tells the runs of one world apart. */
export interface RandomInput {
  readonly word: string;
}

/** Builds the graph, through the same verbs as everybody. */
export function buildGraph(id: string, plan: FlowPlan, budget?: Budget): AnyGraph {
  const empty = graph({ id, input: z.object({ word: z.string() }), ...(budget && { budget }) });
  return addSteps(empty as unknown as Flow, plan) as unknown as AnyGraph;
}

function addSteps(flow: Flow, { steps }: FlowPlan): Flow {
  return steps.reduce((sum, step) => sum[step.kind](step.id, optionsOf(step)), flow);
}

function optionsOf(step: StepPlan): object {
  const needs = step.needs && { needs: step.needs };
  switch (step.kind) {
    case "code":
      return { ...needs, run: (view: View) => codeValue(step.id, view) };
    case "tool":
      return { ...needs, tool: "findAccount", input: customerOf };
    case "step":
      return { ...needs, ...callOptions(step.call) };
    case "maybe":
      return { ...needs, ...callOptions(step.call), when: isTaken };
    case "branch": {
      const names = Object.keys(step.cases);
      const cases = Object.entries(step.cases).map(([name, inner]) => [
        name,
        (flow: Flow) => addSteps(flow, inner),
      ]);
      return {
        ...needs,
        on: (view: View) => caseOf(names, view),
        cases: Object.fromEntries(cases) as object,
      };
    }
    case "map": {
      const { count, concurrency, onItemFailure, each } = step;
      return {
        ...needs,
        over: (view: View) => itemsOf(count, view),
        concurrency,
        onItemFailure,
        each: (flow: Flow) => addSteps(flow, each),
      };
    }
    case "refine": {
      const { maxRounds, budget, write, review } = step;
      return {
        ...needs,
        maxRounds,
        budget,
        write: callOptions(write),
        review: callOptions(review),
        accept: ({ good }: { readonly good: boolean }) => good,
      };
    }
  }
}

/** Long enough for every reply; what stalls costs a real server this long. */
const DEADLINE = "3 seconds";

function callOptions({ model, form, toolRounds, budget, maxOutputTokens }: CallPlan): object {
  return {
    model,
    budget,
    maxOutputTokens,
    output: OUTPUTS[form],
    deadline: DEADLINE,
    ...(toolRounds > 0 && { tools: ["findAccount"], maxToolRounds: toolRounds }),
    prompt: promptOf,
  };
}

type View = Readonly<Record<string, unknown>>;

/** The callbacks: each makes of all it sees something that another view would not give. */
export const promptOf = (view: View): string => textOf(view);
export const codeValue = (id: string, view: View): string => `${id}:${digest(textOf(view))}`;
export const customerOf = (view: View): { customer: string } => ({
  customer: `customer ${digest(textOf(view))}`,
});
export const isTaken = (view: View): boolean => digest(textOf(view)) % 3 !== 0;
export const caseOf = (names: readonly string[], view: View): string =>
  names[digest(textOf(view)) % names.length] ?? "";
export const itemsOf = (count: number, view: View): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${digest(textOf(view))}.${index}`);

/**
 * A value as text, whatever the order of its members. Says nothing of errors: which of two comes first, and how long
 * a call took, differs from run to run. A value that is `undefined` counts, because it was seen.
 */
export function textOf(value: unknown): string {
  return JSON.stringify(value ?? null, (key, member: unknown) => {
    if (key === "error") return undefined;
    if (member === undefined) return null;
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(
      Object.entries(member).toSorted(([one], [two]) => (one < two ? -1 : 1)),
    );
  });
}

/** FNV-1a. */
export function digest(text: string): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  }
  return sum >>> 0;
}
