/** The steps of a run as a tree: items of maps under the map, steps of a sub-graph under the step that started it. Pure. */

import type { Attempt, RunStep, WaitingStep } from "../client/run.ts";
import { stepOfCall } from "../graph/attempt-id.ts";
import type { WholeRun } from "./read-run.ts";

/** A step with what belongs to it, or a group of them, such as a map. */
export interface StepNode {
  readonly label: string;
  readonly children: readonly StepNode[];
  /** Absent: a group. */
  readonly found?: FoundStep;
}

/** What is known of one step. */
export interface FoundStep {
  /** The run whose step it is: that of the sub-graph, in one. */
  readonly run: string;
  readonly step: RunStep;
  /** Also those of its plan's judge. */
  readonly attempts: readonly Attempt[];
  readonly waiting: WaitingStep | undefined;
}

/** In the order in which the steps began; the items of a map by number. */
export function buildTree(run: WholeRun): readonly StepNode[] {
  const root: Growing = { label: "", children: new Map() };
  const attempts = attemptsByStep(run);
  for (const step of run.steps) {
    const place = placeFor(root, partsOf(step.step));
    place.found = {
      run: run.id,
      step,
      attempts: attempts.get(step.step) ?? [],
      waiting: run.waiting.find((waiting) => waiting.step === step.step),
    };
    place.sub = run.subRuns.find(({ id }) => id === step.run);
  }
  return [...root.children.values()].map(finish).toSorted(byItem);
}

interface Growing {
  readonly label: string;
  readonly children: Map<string, Growing>;
  found?: FoundStep;
  sub?: WholeRun | undefined;
}

/** `files[2]/gist` in three parts: the map, the item, the step. */
function partsOf(path: string): readonly string[] {
  return path.split("/").flatMap((part) => {
    const [, map, item] = /^(.+?)(\[\d+\])$/.exec(part) ?? [];
    return map !== undefined && item !== undefined ? [map, item] : [part];
  });
}

function placeFor(root: Growing, parts: readonly string[]): Growing {
  let place = root;
  for (const label of parts) {
    const child = place.children.get(label) ?? { label, children: new Map() };
    place.children.set(label, child);
    place = child;
  }
  return place;
}

/** A map may have thousands of steps: their attempts are looked up. */
function attemptsByStep({ attempts, steps }: WholeRun): ReadonlyMap<string, readonly Attempt[]> {
  const found = new Map<string, Attempt[]>(steps.map(({ step }) => [step, []]));
  for (const attempt of attempts) ownerOf(attempt.step, found)?.push(attempt);
  return found;
}

/** What a judge was asked belongs to the step that it is for, unless it is listed itself. */
function ownerOf<T>(call: string, byStep: ReadonlyMap<string, T>): T | undefined {
  const step = stepOfCall(call);
  return byStep.get(call) ?? (step === call ? undefined : ownerOf(step, byStep));
}

/** A group of one is no group: it is written before the one. */
function finish({ label, children, found, sub }: Growing): StepNode {
  const own = [...children.values()].map(finish).toSorted(byItem);
  const all = [...own, ...(sub === undefined ? [] : buildTree(sub))];
  const [only, ...others] = all;
  if (found === undefined && only !== undefined && others.length === 0) {
    const joint = only.label.startsWith("[") ? "" : "/";
    return { ...only, label: `${label}${joint}${only.label}` };
  }
  return { label, children: all, ...(found && { found }) };
}

/** Leaves what are no items in the order in which they began. */
function byItem(one: StepNode, other: StepNode): number {
  const number = ({ label }: StepNode): number =>
    Number(/^\[(\d+)\]/.exec(label)?.[1] ?? Number.NaN);
  return number(one) - number(other) || 0;
}
