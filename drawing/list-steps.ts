/** Says in words what the picture shows, for readers who do not see it. */

import type { FlowJson, StepJson } from "../graph/graph-json.ts";
import { LOOKS } from "./looks.ts";

/** The steps of a flow in order, each with its kind, what it waits for and what it holds. */
export function listSteps({ steps }: FlowJson): string {
  return steps.map(nameStep).join(" ");
}

function nameStep(step: StepJson): string {
  const needs = step.needs.length > 0 ? `, after ${step.needs.join(" and ")}` : "";
  return `${step.id}: ${LOOKS[step.kind].caption}${needs}.${nameContents(step)}`;
}

function nameContents(step: StepJson): string {
  if (step.kind === "map") return ` For each item: ${listSteps(step.each)}`;
  if (step.kind !== "branch") return "";
  const cases = Object.entries(step.cases);
  return cases.map(([name, flow]) => ` In case ${name}: ${listSteps(flow)}`).join("");
}
