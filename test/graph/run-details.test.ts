import { z } from "zod";
import { createKit } from "../../graph/kit.ts";
import { describeRun, summariseRun } from "../../graph/run-details.ts";
import { everyVerb } from "../fixtures/every-verb.ts";

const { graph } = createKit({ run: async () => undefined, drawSvg: () => "" })<{
  models: Record<string, unknown>;
}>();

/** Temporal's limits, for the JSON of the text. */
const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

describe("describeRun", () => {
  it("lists every step with its verb and what it asks", () => {
    const details = describeRun(everyVerb.definition, everyVerb.fingerprint);

    const [title, , ...rows] = details.split("\n");
    expect(title).toBe(`**everyVerb** · version 2 · fingerprint \`${everyVerb.fingerprint}\``);
    expect(rows.slice(0, 2)).toEqual(["| step | verb | asks |", "| --- | --- | --- |"]);
    expect(rows).toEqual(
      expect.arrayContaining([
        "| account | tool | findAccount |",
        "| opening | step | small |",
        "| summaries | map |  |",
        "| summaries/summary | step | small |",
        "| handling/refund/check | maybe | small |",
        "| handling/question/greeting | sub | greeting, version 1 |",
        "| letter | refine | writer; small |",
        "| signoff | approval |  |",
      ]),
    );
  });

  it("is no Markdown where a name is", () => {
    const odd = graph({ id: "odd", version: "1", input: z.string() }).branch("way", {
      on: () => "x|y" as const,
      cases: { "x|y": (flow) => flow.code("end", { run: () => 1 }) },
    });

    // Only a definition made by hand has such a version.
    const details = describeRun({ ...odd.definition, version: "a|b\n<img> `c`" }, "0");

    expect(details).toContain(String.raw`version a\|b \<img\> ` + "\\`c\\`");
    expect(details).toContain(String.raw`| way/x\|y/end | code |  |`);
  });

  it.each([
    ["plain", "alias"],
    ["of many bytes", "模型"],
    ["escaped in JSON", '"\\"'],
  ])("cuts a graph with names %s that is too large for Temporal, and says so", (_what, name) => {
    const { definition } = graph({ id: "large", input: z.string() }).step("first", {
      model: name.repeat(40),
      output: z.string(),
      prompt: () => "",
    });
    const steps = Array.from({ length: 400 }, () => definition.steps).flat();

    const details = describeRun({ ...definition, steps }, "0");

    expect(bytesOf(details)).toBeLessThan(20_000);
    expect(bytesOf(details)).toBeGreaterThan(10_000);
    expect(details).toMatch(/\n… and \d+ more steps$/);
  });
});

describe("summariseRun", () => {
  it("is one line that Temporal takes, however long the id", () => {
    const { definition } = graph({ id: "g".repeat(900), input: z.string() });

    expect(summariseRun(everyVerb.definition)).toBe("everyVerb · version 2");
    expect(bytesOf(summariseRun(definition))).toBeLessThan(200);
  });
});
