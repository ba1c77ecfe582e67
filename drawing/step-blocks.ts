/** What each kind of step becomes in the picture: a box, or a container with the flows it holds. */

import type { CallJson, FlowJson, StepJson } from "../graph/graph-json.ts";
import {
  describeCall,
  describeCase,
  describeCondition,
  describeModels,
  describeStep,
} from "../graph/step-text.ts";
import type { Block } from "./block.ts";
import { boxBlock, pillBlock, underPill } from "./box-blocks.ts";
import { containerBlock, diamondBlock, loopBlock, panelBlock } from "./container-blocks.ts";
import { layOutFan, layOutLayers } from "./layers.ts";
import { LOOKS, solid, type Look } from "./looks.ts";
import type { Join, NamedBlock } from "./routes.ts";

type Of<Kind extends StepJson["kind"]> = Extract<StepJson, { readonly kind: Kind }>;

const MODEL_SEPARATOR = ", else ";

/** A flow below what it begins with, and above what it ends with. */
export function flowBlock(
  { steps }: FlowJson,
  outer: string,
  ends: { readonly entry: Block; readonly exit?: Block },
): Block {
  const blocks = steps.map((step) => ({
    name: nameOf(step.id),
    block: stepBlock(step, `${outer}${step.id}`),
  }));
  const entry = { name: "entry", block: ends.entry };
  const exit = ends.exit ? [{ name: "exit", block: ends.exit }] : [];
  const joins = steps.flatMap(({ id, needs }): readonly Join[] =>
    needs.length === 0
      ? [{ from: entry.name, to: nameOf(id) }]
      : [...new Set(needs)].map((need) => ({
          from: nameOf(need),
          to: nameOf(id),
          stands: { from: `${outer}${need}`, to: `${outer}${id}` },
        })),
  );
  const last = blocks.at(-1) ?? entry;
  const results = exit.map(({ name }) => ({ from: last.name, to: name }));
  return layOutLayers([entry, ...blocks, ...exit], [...joins, ...results]);
}

/** Clear of "entry", and of what JavaScript's objects have, such as "__proto__". */
function nameOf(id: string): string {
  return `step ${id}`;
}

function stepBlock(step: StepJson, path: string): Block {
  const block = contentBlock(step, path);
  const condition = describeCondition(step);
  return condition === undefined
    ? block
    : underPill(pillBlock(condition, solid(LOOKS[step.kind])), block);
}

function contentBlock(step: StepJson, path: string): Block {
  switch (step.kind) {
    case "branch":
      return branchBlock(step, path);
    case "map":
      return mapBlock(step, path);
    case "refine":
      return refineBlock(step, path);
    case "step":
    case "maybe":
      return callBlock(step.id, step, path, LOOKS[step.kind]);
    case "approval":
    case "wait":
    case "tool":
    case "sub":
    case "code":
    case "reward":
      return leafBlock(step.id, describeStep(step), path, LOOKS[step.kind]);
  }
}

function leafBlock(id: string, details: readonly string[], path: string, look: Look): Block {
  const summary = [path, look.caption, ...details].join(", ");
  return boxBlock({ id, look, details }, { path, summary });
}

function callBlock(id: string, call: CallJson, path: string, look: Look): Block {
  return leafBlock(id, [describeModels(call, MODEL_SEPARATOR), ...describeCall(call)], path, look);
}

/** A diamond, and below it the cases side by side, each under its name. */
function branchBlock(step: Of<"branch">, path: string): Block {
  const look = LOOKS.branch;
  const cases = Object.entries(step.cases).map(([name, flow]) => {
    const pill = pillBlock(describeCase(name), solid(look));
    return panelBlock(flowBlock(flow, `${path}/${name}/`, { entry: pill }), pill, look);
  });
  return containerOf(step, path, layOutFan(diamondBlock(look), cases));
}

function mapBlock(step: Of<"map">, path: string): Block {
  const [each = "", ...details] = describeStep(step);
  const body = flowBlock(step.each, `${path}/`, { entry: pillBlock(each, solid(LOOKS.map)) });
  return containerOf(step, path, body, details);
}

/** Write above review, and an arrow back at their side. */
function refineBlock(step: Of<"refine">, path: string): Block {
  const calls = (["write", "review"] as const).map((name): NamedBlock => ({
    name,
    block: callBlock(name, step[name], `${path}/${name}`, LOOKS.step),
  }));
  const [write, review] = [`${path}/write`, `${path}/review`];
  const stands = { from: write, to: review };
  const body = layOutLayers(calls, [{ from: "write", to: "review", stands }]);
  const loop = { label: describeStep(step), stands: { from: review, to: write } };
  return containerOf(step, path, loopBlock(body, LOOKS.refine, loop));
}

function containerOf(
  { id, kind }: StepJson,
  path: string,
  body: Block,
  details: readonly string[] = [],
): Block {
  const look = LOOKS[kind];
  const summary = [path, look.caption, ...details].join(", ");
  return containerBlock({ id, look, details }, body, { path, summary });
}
