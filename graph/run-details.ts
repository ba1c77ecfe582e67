/** What the Temporal UI shows of a run from its start: one line, and a page of Markdown. Nothing of the input. */

import type { GraphDefinition } from "./definition.ts";
import { callsOf, walkSteps, type Visit } from "./walk.ts";

/** Temporal takes 200 bytes of a summary and 20,000 of details, as JSON. */
const MAX_SUMMARY_BYTES = 200;
const MAX_DETAILS_BYTES = 19_000;
/** Longer names make a table that nobody can read. */
const MAX_CELL_LENGTH = 300;

/** One line about a run, such as `support · version 2`. */
export function summariseRun({ id, version }: GraphDefinition): string {
  const summary = `${id} · version ${version}`;
  return bytesOf(summary) <= MAX_SUMMARY_BYTES ? summary : cut(id, 40);
}

/** Graph, version, fingerprint and a table of the steps, as Markdown. A graph too large for Temporal is cut short. */
export function describeRun(graph: GraphDefinition, fingerprint: string): string {
  const lines = [
    `**${toCell(graph.id)}** · version ${toCell(graph.version)} · fingerprint \`${fingerprint}\``,
    "",
    "| step | verb | asks |",
    "| --- | --- | --- |",
  ];
  const rows = [...walkSteps(graph)].map(describeStep);
  let room = MAX_DETAILS_BYTES - bytesOf(lines.join("\n"));
  for (const [index, row] of rows.entries()) {
    room -= bytesOf(`\n${row}`);
    if (room < 0) return [...lines, "", `… and ${rows.length - index} more steps`].join("\n");
    lines.push(row);
  }
  return lines.join("\n");
}

function describeStep(visit: Visit): string {
  const cells = [visit.path, visit.step.kind, describeAsked(visit)];
  return `| ${cells.map(toCell).join(" | ")} |`;
}

/** The aliases of a model call; the tool or graph that another step is for. */
function describeAsked(visit: Visit): string {
  const { step } = visit;
  if (step.kind === "tool") return step.tool;
  if (step.kind === "sub") return `${step.graph.id}, version ${step.graph.version}`;
  return callsOf(visit)
    .map(([, { models }]) => models.join(", "))
    .join("; ");
}

/** Text that Markdown takes for itself is not for ids, but paths hold the names of cases, and versions may be anything. */
function toCell(text: string): string {
  const line = cut(text.replaceAll(/\s+/g, " "), MAX_CELL_LENGTH);
  return line.replaceAll(/[\\|<>`*[\]]/g, String.raw`\$&`);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** In UTF-8, or a little more, once it is JSON. The workflow sandbox has no `TextEncoder`. */
function bytesOf(text: string): number {
  const json = JSON.stringify(text);
  let bytes = 0;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit < 0x80) bytes += 1;
    else bytes += unit < 0x8_00 ? 2 : 3;
  }
  return bytes;
}
