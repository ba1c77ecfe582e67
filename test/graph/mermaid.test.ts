import { drawMermaid } from "../../graph/mermaid.ts";
import { complaint } from "../../examples/complaints/graphs.ts";
import { drawnGraphs, edgesOf, nasty, pathsOf } from "../fixtures/drawn-graphs.ts";
import { everyVerb } from "../fixtures/every-verb.ts";

const ID = "[a-z][A-Za-z0-9_]*";
/** A label as Mermaid's lexer takes it whatever is around: no quote, nothing of HTML but line breaks, no Markdown. */
const LABEL = "(?:[\\p{L}\\p{N}\\p{M} ,>_:/-]|#\\d+;|<br/>)+";
const BOX = new RegExp(
  `^(${ID})(?:\\["${LABEL}"\\]|\\("${LABEL}"\\)|\\(\\["${LABEL}"\\]\\)|\\{"which case\\?"\\}|` +
    `\\{\\{"${LABEL}"\\}\\}|\\[/"${LABEL}"/\\]|\\[\\["${LABEL}"\\]\\]|>"${LABEL}"\\])$`,
  "u",
);
const CONTAINER = new RegExp(`^subgraph (${ID})\\["${LABEL}"\\]$`, "u");
const EDGE = new RegExp(`^(${ID}) (?:-->|-\\.->)(?:\\|"(${LABEL})"\\|)? (${ID})$`, "u");

interface Chart {
  readonly ids: readonly string[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly label: string }[];
  /** Lines that are none of the above, and `end` without a subgraph or the other way round. */
  readonly mistakes: readonly string[];
}

function readChart(source: string): Chart {
  const [head, ...lines] = source.trimEnd().split("\n");
  const chart = {
    ids: [] as string[],
    edges: [] as Chart["edges"][number][],
    mistakes: [] as string[],
  };
  if (head !== "flowchart TD") chart.mistakes.push(`${head}`);
  let depth = 0;
  for (const line of lines.map((each) => each.trim())) {
    const [box, container, edge] = [BOX.exec(line), CONTAINER.exec(line), EDGE.exec(line)];
    depth += container ? 1 : line === "end" ? -1 : 0;
    if (depth < 0) chart.mistakes.push("end without a subgraph");
    const [, id] = box ?? container ?? [];
    if (id !== undefined) chart.ids.push(id);
    else if (edge)
      chart.edges.push({ from: edge[1] ?? "", to: edge[3] ?? "", label: edge[2] ?? "" });
    else if (line !== "end") chart.mistakes.push(line);
  }
  if (depth > 0) chart.mistakes.push("subgraph without an end");
  return chart;
}

/** The Mermaid id of a path, written down by hand for the graphs whose names need no escaping. */
function plainId(path: string): string {
  return `step_${path.replaceAll("/", "__")}`;
}

const plainGraphs = drawnGraphs.filter(({ id }) => id !== "nasty");

describe.each(drawnGraphs.map((json) => [json.id, json] as const))("the chart of %s", (_, json) => {
  const chart = readChart(drawMermaid(json));

  it("has lines of known forms only", () => {
    expect(chart.mistakes).toEqual([]);
  });

  it("names everything once, and joins only what is there", () => {
    const ends = chart.edges.flatMap(({ from, to }) => [from, to]);

    expect(new Set(chart.ids).size).toBe(chart.ids.length);
    expect(ends.filter((end) => !chart.ids.includes(end))).toEqual([]);
  });

  it("has as many steps and edges as the graph", () => {
    const steps = chart.ids.filter((id) => id.startsWith("step_") && !id.endsWith("_choice"));
    const cases = chart.edges.filter(({ from }) => from.endsWith("_choice"));
    const ends = chart.edges.filter(({ from, to }) => from === "input" || to === "result");

    expect(steps.length - cases.length).toBe(pathsOf(json).length);
    expect(chart.edges.length - cases.length - ends.length).toBe(edgesOf(json).length);
  });
});

describe.each(plainGraphs.map((json) => [json.id, json] as const))("the chart of %s", (_, json) => {
  const chart = readChart(drawMermaid(json));

  it("has every step by its path", () => {
    expect(chart.ids).toEqual(expect.arrayContaining(pathsOf(json).map(plainId)));
  });

  it("has every edge", () => {
    const edges = chart.edges.map(({ from, to }) => ({ from, to }));
    const expected = edgesOf(json).map(({ from, to }) => ({
      from: plainId(from),
      to: plainId(to),
    }));

    expect(edges).toEqual(expect.arrayContaining(expected));
  });
});

describe("toMermaid", () => {
  const lines = complaint
    .toMermaid()
    .split("\n")
    .map((line) => line.trim());
  const verbs = everyVerb
    .toMermaid()
    .split("\n")
    .map((line) => line.trim());

  it("gives each kind its shape", () => {
    expect(lines).toEqual(
      expect.arrayContaining([
        'step_triage["triage<br/>small<br/>deadline 30 seconds"]',
        'step_english("english<br/>small<br/>may be skipped<br/>deadline 30 seconds")',
        'step_facts__bug__steps["steps<br/>writer<br/>may call findPayments<br/>deadline 30 seconds"]',
        'step_facts__refund__payments[/"payments<br/>tool<br/>findPayments<br/>deadline 30 seconds"/]',
        'step_coolingOff(["coolingOff<br/>wait<br/>1 second"])',
        'step_plain[["plain<br/>sub<br/>translation, version 1"]]',
        'step_answer>"answer<br/>code"]',
      ]),
    );
    expect(lines.filter((line) => line.startsWith("step_signoff{{"))).toHaveLength(1);
  });

  it("says how often a map runs, and how often a refine goes round", () => {
    expect(lines).toContain(
      'subgraph step_files["files: map, each, up to 3 at once, goes on when an item fails"]',
    );
    expect(lines).toContain(
      'step_letter__review -.->|"until accepted, at most 3 rounds"| step_letter__write',
    );
  });

  it("names the case on the edge to each case", () => {
    expect(lines).toContain('step_facts_choice -->|"refund"| step_facts__refund');
    expect(lines).toContain('subgraph step_facts__refund["refund"]');
  });

  it("puts a condition on the edges to what may be skipped", () => {
    expect(lines).toContain('step_triage -->|"when"| step_english');
    expect(lines).toContain('step_letter -->|"when"| step_signoff');
    expect(verbs).toContain('step_letter -->|"when"| step_signoff');
  });

  it("gives models in order of preference", () => {
    expect(drawMermaid(nasty)).toContain('("__proto__<br/>small > writer<br/>may be skipped');
  });

  it("keeps two cases apart whose steps' paths read the same", () => {
    const { ids } = readChart(drawMermaid(nasty));

    expect(ids).toContain("step_fork__1_2e__20_a_2f_b__c");
    expect(ids).toContain("step_fork__1_2e__20_a__b");
  });

  it("shows markup as it is written", () => {
    const drawn = drawMermaid(nasty);

    expect(drawn).toContain("a#34;b > #60;b>c#60;/b> > #96;d#96; > -->");
  });
});
