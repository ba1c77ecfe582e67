/** The dashboard asks what Prometheus understands, of metrics that there are, and shows all of ours. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { describeWithPromtool, promtool } from "../harness/promtool.ts";
import { documentedMetrics, metricsIn, readText } from "./files.ts";

const dashboardSchema = z.object({
  uid: z.string(),
  templating: z.object({ list: z.array(z.object({ name: z.string() })) }),
  panels: z.array(
    z.object({
      id: z.number(),
      type: z.string(),
      title: z.string(),
      description: z.string().optional(),
      gridPos: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }),
      targets: z.array(z.object({ expr: z.string() })).default([]),
    }),
  ),
});

const { panels, templating } = dashboardSchema.parse(
  JSON.parse(readText("deploy/grafana/signalbox.json")),
);
const shown = panels.filter(({ type }) => type !== "row");
const expressions = shown.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => ({ title, expr })),
);

/** What Grafana puts in before it asks. */
function filled(expression: string): string {
  return expression
    .replaceAll("$__rate_interval", "1m")
    .replaceAll("$__range", "1h")
    .replaceAll(/\$(\w+)/g, (_found, name: string) => {
      const isKnown = templating.list.some((variable) => variable.name === name);
      if (!isKnown) throw new Error(`There is no variable "${name}".`);
      return ".*";
    });
}

describe("signalbox.json", () => {
  it.each(expressions)("asks in $title for metrics that metrics.md tells of: $expr", ({ expr }) => {
    const unknown = metricsIn(expr).filter((name) => !documentedMetrics().has(name));

    expect(unknown).toEqual([]);
  });

  it("shows every metric of Signalbox", () => {
    const asked = new Set(expressions.flatMap(({ expr }) => metricsIn(expr)));
    const own = [...documentedMetrics()].filter((name) =>
      /^(?:signalbox|gen_ai_client)_/.test(name),
    );

    expect(own.filter((name) => !asked.has(name))).toEqual([]);
  });

  it("says of each panel what it shows, once for each id", () => {
    expect(shown.filter(({ description }) => description === undefined)).toEqual([]);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });

  it("lays no panel over another", () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from(
        { length: w * h },
        (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`,
      ),
    );

    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
  });
});

describeWithPromtool("its expressions", () => {
  it("are understood by Prometheus", () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-dashboard-"));
    const rules = expressions.map(({ expr }, index) => ({
      record: `panel:${index}`,
      expr: filled(expr),
    }));
    const file = join(folder, "rules.yml");
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));

    const said = promtool("check", "rules", file);

    rmSync(folder, { recursive: true });
    expect(said).toMatchObject({
      status: 0,
      text: expect.stringContaining(`${rules.length} rules`),
    });
  });
});
