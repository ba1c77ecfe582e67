/** Alerts are correct, are about metrics that there are, and lead a person to what to do. */

import { join } from "node:path";
import { z } from "zod";
import { describeWithPromtool, promtool } from "../harness/promtool.ts";
import { documentedMetrics, metricsIn, readText, readYaml, ROOT } from "./files.ts";

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          alert: z.string(),
          expr: z.string(),
          labels: z.object({ severity: z.enum(["critical", "warning", "info"]) }),
          annotations: z.object({
            summary: z.string(),
            description: z.string(),
            runbook_url: z.string(),
          }),
        }),
      ),
    }),
  ),
});

const FOLDER = join(ROOT, "deploy/prometheus");
const alerts = rulesSchema
  .parse(readYaml("deploy/prometheus/alerts.yml")[0])
  .groups.flatMap(({ rules }) => rules);
const runbook = readText("docs/guide/runbook.md");

describe("alerts.yml", () => {
  it.each(alerts)("leads from $alert to what it means, where to look, what to do", (alert) => {
    const [page, anchor] = alert.annotations.runbook_url.split("#");
    const [, entry = ""] = runbook.split(`\n### ${alert.alert}\n`);
    const text = entry.split("\n#")[0] ?? "";

    expect([page, anchor]).toEqual(["docs/guide/runbook.md", alert.alert.toLowerCase()]);
    expect(text).toContain("**Means**");
    expect(text).toMatch(/\*\*Look\*\*[^]*\*\*Do\*\*|\*\*Look and do\*\*/);
  });

  it.each(alerts)("counts in $alert what metrics.md tells of", ({ expr }) => {
    const unknown = metricsIn(expr).filter((name) => !documentedMetrics().has(name));

    expect(unknown).toEqual([]);
  });

  it("has no entry in the runbook for an alert that is gone", () => {
    const entries = [...runbook.matchAll(/^### (\S+)$/gm)].map(([, name]) => name);

    expect(entries).toEqual(alerts.map(({ alert }) => alert));
  });

  it("has each alert fire in its tests", () => {
    const tests = readText("deploy/prometheus/alerts.test.yml");

    const untested = alerts.filter(({ alert }) => !tests.includes(`alertname="${alert}"`));

    expect(untested).toEqual([]);
  });
});

describeWithPromtool("promtool", () => {
  it("takes the configuration", () => {
    const said = promtool("check", "config", "--syntax-only", join(FOLDER, "prometheus.yml"));

    expect(said).toMatchObject({ status: 0 });
  });

  it("takes the alerts", () => {
    expect(promtool("check", "rules", join(FOLDER, "alerts.yml"))).toMatchObject({ status: 0 });
  });

  it("sees each alert fire when it should, and only then", () => {
    const said = promtool("test", "rules", join(FOLDER, "alerts.test.yml"));

    expect(said).toMatchObject({ status: 0, text: expect.stringContaining("SUCCESS") });
  });
});
