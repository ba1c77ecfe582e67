/** The manifests fit the types of Kubernetes, and what they name is there. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { z } from "zod";
import { parseDuration } from "../../graph/duration.ts";
import { readYaml, ROOT, yamlFilesUnder } from "./files.ts";

const FOLDER = "deploy/kubernetes";

/** Where the types of each kind are. */
const TYPES: Readonly<Record<string, string>> = {
  "apps/v1": "apps/v1",
  "autoscaling/v2": "autoscaling/v2",
  "networking.k8s.io/v1": "networking/v1",
  "policy/v1": "policy/v1",
  v1: "core/v1",
};

const labelsSchema = z.record(z.string(), z.string());
const probe = z.object({}).optional();
const podSchema = z.object({
  terminationGracePeriodSeconds: z.number().optional(),
  automountServiceAccountToken: z.literal(false),
  securityContext: z.object({ runAsNonRoot: z.literal(true) }),
  containers: z.array(
    z.object({
      args: z.array(z.string()).default([]),
      ports: z.array(z.object({ name: z.string() })),
      startupProbe: probe,
      readinessProbe: probe,
      resources: z.object({ requests: z.object({}), limits: z.object({ memory: z.string() }) }),
      securityContext: z.object({ allowPrivilegeEscalation: z.literal(false) }),
    }),
  ),
});
const resourceSchema = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  spec: z.unknown().optional(),
});
const workloadSchema = z.object({
  selector: z.object({ matchLabels: labelsSchema }),
  template: z.object({ metadata: z.object({ labels: labelsSchema }), spec: podSchema }),
});

const files = yamlFilesUnder(FOLDER);
const manifests = files.filter((file) => basename(file) !== "kustomization.yaml");
const resources = manifests.flatMap((file) =>
  readYaml(file).map((document) => resourceSchema.loose().parse(document)),
);

function specsOf<Spec>(schema: z.ZodType<Spec>, ...kinds: readonly string[]): readonly Spec[] {
  return resources.filter(({ kind }) => kinds.includes(kind)).map(({ spec }) => schema.parse(spec));
}

const workloads = specsOf(workloadSchema, "Deployment", "StatefulSet");

function find(
  labels: Readonly<Record<string, string>>,
): z.infer<typeof workloadSchema> | undefined {
  return workloads.find(({ template }) =>
    Object.entries(labels).every(([name, value]) => template.metadata.labels[name] === value),
  );
}

describe("the manifests", () => {
  it("fit the types of Kubernetes", () => {
    const folder = mkdtempSync(join(tmpdir(), "signalbox-kubernetes-"));
    const types = join(ROOT, "node_modules/kubernetes-types");
    const code = resources.map(({ apiVersion, kind, ...rest }, index) => {
      const value = JSON.stringify({ apiVersion, kind, ...rest });
      return `export const r${index}: import("${join(types, TYPES[apiVersion] ?? "none")}").${kind} = ${value};`;
    });
    const file = join(folder, "manifests.ts");
    writeFileSync(file, code.join("\n"));
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");

    const { stdout } = spawnSync(
      process.execPath,
      [compiler, "--noEmit", "--strict", "--skipLibCheck", "--types", "", "--ignoreConfig", file],
      { encoding: "utf8" },
    );

    rmSync(folder, { recursive: true });
    expect(stdout).toBe("");
  });

  it("select what there is, at ports that it has", () => {
    const services = specsOf(
      z.object({
        selector: labelsSchema,
        ports: z.array(z.object({ targetPort: z.string() })),
      }),
      "Service",
    );

    const open = services.map(({ selector, ports }) => {
      const names = find(selector)?.template.spec.containers.flatMap(({ ports: own }) =>
        own.map(({ name }) => name),
      );
      return ports.every(({ targetPort }) => names?.includes(targetPort));
    });

    expect(open).toEqual(services.map(() => true));
    expect(workloads.every(({ selector }) => find(selector.matchLabels))).toBe(true);
  });

  it("keep and scale what there is", () => {
    const budgets = specsOf(
      z.object({ selector: z.object({ matchLabels: labelsSchema }) }),
      "PodDisruptionBudget",
    );
    const scaled = specsOf(
      z.object({ scaleTargetRef: z.object({ kind: z.string(), name: z.string() }) }),
      "HorizontalPodAutoscaler",
    );

    expect(budgets.map(({ selector }) => find(selector.matchLabels))).not.toContain(undefined);
    expect(
      scaled.every(({ scaleTargetRef: { kind, name } }) =>
        resources.some((one) => one.kind === kind && one.metadata.name === name),
      ),
    ).toBe(true);
  });

  it("probe every container", () => {
    const containers = workloads.flatMap(({ template }) => template.spec.containers);

    expect(containers.filter((one) => !one.startupProbe && !one.readinessProbe)).toEqual([]);
  });

  it("give the worker five seconds more than its grace", () => {
    const { containers, terminationGracePeriodSeconds } =
      find({ "app.kubernetes.io/name": "worker" })?.template.spec ?? {};
    const args = containers?.[0]?.args ?? [];
    const graceMs = parseDuration(args[args.indexOf("--grace") + 1] ?? "");

    expect(terminationGracePeriodSeconds).toBe((graceMs ?? 0) / 1_000 + 5);
  });

  it("are all in a kustomization, but for the example of secrets", () => {
    const listed = ["base", "trial"].flatMap((part) => {
      const [content] = readYaml(`${FOLDER}/${part}/kustomization.yaml`);
      const { resources: names } = z.object({ resources: z.array(z.string()) }).parse(content);
      return names.map((name) => join(FOLDER, part, name));
    });

    const left = manifests.filter((file) => !listed.includes(file));

    expect(left).toEqual([`${FOLDER}/base/secrets.example.yaml`]);
  });
});

const hasKubectl = spawnSync("kubectl", ["version", "--client"]).status === 0;

// No package of Debian's has it, so CI may be without: the tests above hold there too.
(hasKubectl ? describe : describe.skip)("kubectl", () => {
  it.each(["base", "trial"])("builds %s", (part) => {
    const { status, stdout } = spawnSync("kubectl", ["kustomize", join(ROOT, FOLDER, part)], {
      encoding: "utf8",
    });

    expect(status).toBe(0);
    expect(stdout).toContain("name: worker");
  });
});
