/** Reads the files of deploy/ and of docs/ that tests compare. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

export const ROOT = join(__dirname, "../..");

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** All documents of a YAML file, merge keys resolved. */
export function readYaml(path: string): readonly unknown[] {
  return parseAllDocuments(readText(path), { merge: true }).map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as unknown;
  });
}

/** Of a folder and those beneath it, from the root. */
export function yamlFilesUnder(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => join(folder, file))
    .toSorted();
}

/** Metrics that docs/reference/metrics.md names, in the first column of its tables or in its text. */
export function documentedMetrics(): ReadonlySet<string> {
  const named = readText("docs/reference/metrics.md").matchAll(
    /`((?:signalbox|gen_ai|temporal|process|nodejs)_[a-z0-9_]+)`/g,
  );
  return new Set([...named].map(([, name = ""]) => name));
}

/** Metrics that an expression of Prometheus names; of histograms the name that they are documented by. */
export function metricsIn(expression: string): readonly string[] {
  const plain = expression.replaceAll(/\{[^}]*\}/g, "").replaceAll(/\b(?:by|on) \([^)]*\)/g, "");
  return [...plain.matchAll(/\b(?:signalbox|gen_ai|temporal|process|nodejs)_[a-z0-9_]+/g)].map(
    ([name]) => name.replace(/_(?:bucket|count|sum)$/, ""),
  );
}
