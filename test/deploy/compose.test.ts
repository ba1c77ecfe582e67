/** The compose file fits the Compose Specification, opens nothing to others, and names files that there are. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { parseDuration } from "../../graph/duration.ts";
import { readText, readYaml, ROOT } from "./files.ts";

const serviceSchema = z.object({
  command: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
  healthcheck: z.object({}).optional(),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z
    .union([z.array(z.string()), z.record(z.string(), z.object({ condition: z.string() }))])
    .default([]),
});
const composeSchema = z.object({
  services: z.record(z.string(), serviceSchema),
  volumes: z.record(z.string(), z.null()),
});

const FILE = "deploy/compose.yaml";
/** Orders that tell nothing, quotes that are the formatter's, and an image that is built here has a name all the same. */
const UNWANTED_RULES = [
  "service-keys-order",
  "services-alphabetical-order",
  "no-build-and-image",
  "require-quotes-in-ports",
];

const { services, volumes } = composeSchema.parse(readYaml(FILE)[0]);

describe("compose.yaml", () => {
  it("fits the specification and the rules of dclint", () => {
    const disabled = UNWANTED_RULES.flatMap((rule) => ["--disable-rule", rule]);
    const linter = join(ROOT, "node_modules/dclint/bin/dclint.cjs");

    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [linter, join(ROOT, FILE), "--color=false", "--max-warnings=0", ...disabled],
      { encoding: "utf8" },
    );

    expect({ status, said: (stdout + stderr).trim() }).toEqual({ status: 0, said: "" });
  });

  it("mounts files and folders that there are, and volumes that it makes", () => {
    const sources = Object.values(services).flatMap(({ volumes: mounts }) =>
      mounts.map((mount) => mount.split(":")[0] ?? ""),
    );

    const missing = sources.filter((source) =>
      source.startsWith(".") ? !existsSync(join(ROOT, "deploy", source)) : !(source in volumes),
    );

    expect(missing).toEqual([]);
  });

  it("waits for what can say that it is well", () => {
    const waits = Object.values(services).flatMap(({ depends_on: others }) =>
      Array.isArray(others) ? [] : Object.entries(others),
    );

    const vain = waits.filter(
      ([name, { condition }]) =>
        condition === "service_healthy" && services[name]?.healthcheck === undefined,
    );

    expect(waits.length).toBeGreaterThan(5);
    expect(vain).toEqual([]);
  });

  it("gives the worker five seconds more than its grace", () => {
    const { command = [], stop_grace_period: period } = services["worker"] ?? {};
    const graceMs = parseDuration(command[command.indexOf("--grace") + 1] ?? "");

    expect(period).toBe(`${(graceMs ?? 0) / 1_000 + 5}s`);
  });
});

describe("what it sets", () => {
  const pages = ["environment", "metrics", "keys", "payloads", "journal", "rest"].map((page) =>
    readText(`docs/reference/${page}.md`),
  );

  it("is documented", () => {
    const names = Object.values(services).flatMap(({ environment }) => Object.keys(environment));
    const own = names.filter((name) => name.startsWith("SIGNALBOX_"));
    const place = pages.join("\n");

    expect(own.length).toBeGreaterThan(5);
    expect(own.filter((name) => !place.includes(name))).toEqual([]);
  });
});
