/** Draws a graph as a Mermaid flowchart, for places that show Markdown. */

import type { CallJson, FlowJson, GraphJson, StepJson } from "./graph-json.ts";
import {
  describeCall,
  describeCase,
  describeCondition,
  describeModels,
  describeStep,
} from "./step-text.ts";

type Kind = StepJson["kind"];
type Of<K extends Kind> = Extract<StepJson, { readonly kind: K }>;

/** Keeps ids clear of Mermaid's own words, such as `end`. */
const PREFIX = "step_";

/** What stands around a label, by kind. Containers are subgraphs. */
const SHAPES: Readonly<
  Record<Exclude<Kind, "branch" | "map" | "refine">, readonly [string, string]>
> = {
  step: ["[", "]"],
  maybe: ["(", ")"],
  approval: ["{{", "}}"],
  wait: ["([", "])"],
  tool: ["[/", "/]"],
  sub: ["[[", "]]"],
  code: [">", "]"],
  reward: ["[\\", "/]"],
};

/** The graph in Mermaid's flowchart language. */
export function drawMermaid(json: GraphJson): string {
  const roots = json.steps.filter(({ needs }) => needs.length === 0);
  const last = json.steps.slice(-1);
  const lines = [
    'input(["input"])',
    ...drawSteps(json, PREFIX),
    'result(["result"])',
    ...roots.map((step) => drawEdge("input", idOf(step.id), describeCondition(step))),
    ...drawNeeds(json, PREFIX),
    ...last.map(({ id }) => drawEdge(idOf(id), "result")),
  ];
  return ["flowchart TD", ...indent(lines), ""].join("\n");
}

/** A flow inside a container. `place` is what the ids of its steps begin with. */
function drawFlow(flow: FlowJson, place: string): readonly string[] {
  return [...drawSteps(flow, place), ...drawNeeds(flow, place)];
}

function drawSteps({ steps }: FlowJson, place: string): readonly string[] {
  return steps.flatMap((step) => drawStep(step, `${place}${safeId(step.id)}`));
}

function drawNeeds({ steps }: FlowJson, place: string): readonly string[] {
  return steps.flatMap((step) =>
    step.needs.map((need) => {
      const [from, to] = [`${place}${safeId(need)}`, `${place}${safeId(step.id)}`];
      return drawEdge(from, to, describeCondition(step));
    }),
  );
}

function drawStep(step: StepJson, at: string): readonly string[] {
  switch (step.kind) {
    case "branch":
      return drawBranch(step, at);
    case "map":
      return drawContainer(at, labelOf(step), drawFlow(step.each, `${at}__`));
    case "refine":
      return drawRefine(step, at);
    case "step":
    case "maybe":
      return [drawCall(step.kind, step.id, step, at)];
    case "approval":
    case "wait":
    case "tool":
    case "sub":
    case "code":
    case "reward":
      return [drawBox(step.kind, at, labelOf(step))];
  }
}

function labelOf(step: StepJson): readonly string[] {
  return [step.id, step.kind, ...describeStep(step)];
}

function drawBranch(step: Of<"branch">, at: string): readonly string[] {
  const choice = `${at}_choice`;
  const cases = Object.entries(step.cases).map(([name, flow]) => ({
    name,
    flow,
    caseAt: `${at}__${safeId(name)}`,
  }));
  return drawContainer(at, labelOf(step), [
    `${choice}{"which case?"}`,
    ...cases.flatMap(({ name, flow, caseAt }) =>
      drawContainer(caseAt, [describeCase(name)], drawFlow(flow, `${caseAt}__`)),
    ),
    ...cases.map(({ name, caseAt }) => drawEdge(choice, caseAt, describeCase(name))),
  ]);
}

function drawRefine(step: Of<"refine">, at: string): readonly string[] {
  const [write, review] = [`${at}__write`, `${at}__review`];
  const loop = describeStep(step).map(escapeLabel).join(", ");
  return drawContainer(
    at,
    [step.id, step.kind],
    [
      drawCall("step", "write", step.write, write),
      drawCall("step", "review", step.review, review),
      drawEdge(write, review),
      `${review} -.->|"${loop}"| ${write}`,
    ],
  );
}

/** A step that is one model call, or one of the two calls of a `refine`. */
function drawCall(kind: "step" | "maybe", id: string, call: CallJson, at: string): string {
  const optional = kind === "maybe" ? ["may be skipped"] : [];
  return drawBox(kind, at, [id, describeModels(call, " > "), ...optional, ...describeCall(call)]);
}

function drawBox(kind: keyof typeof SHAPES, at: string, label: readonly string[]): string {
  const [open, close] = SHAPES[kind];
  return `${at}${open}"${label.map(escapeLabel).join("<br/>")}"${close}`;
}

/** A subgraph. One without contents cannot have edges, so a flow without steps is a box. */
function drawContainer(
  at: string,
  label: readonly string[],
  contents: readonly string[],
): readonly string[] {
  const [first = "", ...rest] = label.map(escapeLabel);
  const title = `${at}["${rest.length > 0 ? `${first}: ${rest.join(", ")}` : first}"]`;
  return contents.length === 0 ? [title] : [`subgraph ${title}`, ...indent(contents), "end"];
}

function drawEdge(from: string, to: string, label?: string): string {
  return label === undefined ? `${from} --> ${to}` : `${from} -->|"${escapeLabel(label)}"| ${to}`;
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}

function idOf(id: string): string {
  return `${PREFIX}${safeId(id)}`;
}

/** A part of a Mermaid id. No two names become alike, nor two parts: `_` becomes `_5f_`, and parts are joined by `__`. */
function safeId(name: string): string {
  return name.replaceAll(
    /[^A-Za-z0-9]/gu,
    (character) => `_${character.codePointAt(0)?.toString(16)}_`,
  );
}

/**
 * Text that Mermaid shows as it is. What is HTML, Markdown or Mermaid somewhere becomes an entity: `- x` and `1. x`
 * would be lists to it, and `:` before `#` loses a semicolon on a line that says "style".
 *
 * @see https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters
 */
function escapeLabel(text: string): string {
  return text
    .replaceAll(/\s+/gu, " ")
    .replaceAll(
      /[^\p{L}\p{N}\p{M} ,>_:/-]|^[>-]|:(?! )/gu,
      (character) => `#${character.codePointAt(0)};`,
    );
}
