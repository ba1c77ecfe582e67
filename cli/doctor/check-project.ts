/** Looks at the project: configuration, graphs, keys, providers and prices. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describeJournal } from "../../worker/describe-journal.ts";
import { countOf } from "../../graph/count.ts";
import { checkNames } from "../../worker/check-names.ts";
import { checkProviders } from "../../worker/check-providers.ts";
import type { Config } from "../../worker/config.ts";
import { listCatalogue } from "../../worker/list-catalogue.ts";
import { loadConfig, loadGraphs, type ProjectOptions } from "../load-project.ts";
import type { Terminal } from "../terminal.ts";
import { failed, failedBy, ok, warning, type Finding } from "./finding.ts";
import { KEY_VARIABLES } from "./key-variables.ts";

type Where = Pick<Terminal, "cwd" | "env">;

/** Without a configuration there is nothing to say of what is in it. */
export async function checkProject(
  options: ProjectOptions,
  where: Where,
): Promise<readonly Finding[]> {
  let config;
  try {
    config = await loadConfig(options, where);
  } catch (error) {
    return [failedBy("configuration", error), ...(await checkGraphs(options, where, undefined))];
  }
  try {
    const { length } = config.providers;
    return [
      ok("configuration", `loads; ${countOf(length, "provider")}`),
      ...(await checkGraphs(options, where, config)),
      ...checkKeys(config, where.env),
      ...(await checkReach(config)),
      ...(await checkPrices(config)),
      await checkJournal(config),
    ];
  } finally {
    for (const provider of config.providers) await provider.close?.();
  }
}

async function checkGraphs(
  options: ProjectOptions,
  where: Where,
  config: Config | undefined,
): Promise<readonly Finding[]> {
  try {
    const { graphs } = await loadGraphs(options, where);
    if (config !== undefined) checkNames(graphs, config);
    const list = [...graphs.values()].map(({ id, version }) => `${id} ${version}`).join(", ");
    return [ok("graphs", list)];
  } catch (error) {
    return [failedBy("graphs", error)];
  }
}

/** Only whether there is one: a provider without its key does not let the configuration load. */
function checkKeys({ providers }: Config, env: NodeJS.ProcessEnv): readonly Finding[] {
  return providers.flatMap(({ id }) => {
    const names = KEY_VARIABLES[id] ?? [];
    if (names.length === 0) return [];
    const found = names.find((name) => env[name]?.trim());
    const message = found === undefined ? "given by the configuration" : `${found} is set`;
    return [ok(`key of ${id}`, message)];
  });
}

async function checkReach({ providers }: Config): Promise<readonly Finding[]> {
  const found = await checkProviders(providers);
  return found.map(({ provider, status, durationMs = 0, message = "" }) => {
    const check = `provider ${provider}`;
    switch (status) {
      case "well":
        return ok(check, `answers, after ${durationMs} ms`);
      case "unknown":
        return ok(check, "has no way to ask it how it is");
      case "failing":
        return failed(
          check,
          message,
          "See whether this machine reaches it, and whether the key is its own.",
        );
    }
  });
}

/** Writes an entry of its own, which is removed with age as any other. */
async function checkJournal(config: Config): Promise<Finding> {
  const check = "journal";
  const { status, durationMs = 0, message = "" } = await describeJournal(config);
  switch (status) {
    case "off":
      return warning(check, "off: a worker that dies loses replies that are paid for");
    case "well":
      return ok(check, `keeps replies, in ${durationMs} ms`);
    case "failing":
      return failed(check, message, "Replies are not kept: see docs/reference/journal.md.");
  }
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const OLD_DAYS = 180;

async function checkPrices(config: Config): Promise<readonly Finding[]> {
  const { models } = await listCatalogue(config);
  const used = models.filter(({ aliases }) => aliases.length > 0);
  const unpriced = used.filter(({ price }) => price === undefined).map(({ model }) => model);
  return [
    await checkAge(),
    unpriced.length === 0
      ? ok("prices", `known for all ${used.length} models of the aliases`)
      : warning(
          "prices",
          `not known: ${unpriced.join(", ")}`,
          'Steps with a budget in USD do not use them. Say the "prices" in the configuration.',
        ),
  ];
}

/** The list bears no date of its own: the last one in it that is past is when it was last known to be right. */
async function checkAge(): Promise<Finding> {
  const check = "price list";
  const file = fileURLToPath(import.meta.resolve("@pydantic/genai-prices"));
  const today = new Date().toISOString().slice(0, 10);
  const dates = (await readFile(file, "utf8")).match(/\b20\d\d-\d\d-\d\d\b/g) ?? [];
  const newest = dates
    .filter((date) => date <= today)
    .toSorted()
    .at(-1);
  if (newest === undefined) return warning(check, "bears no date");
  const days = Math.floor((Date.parse(today) - Date.parse(newest)) / DAY_MS);
  const message = `its newest entry that is dated took effect ${newest}, ${days} days ago`;
  if (days <= OLD_DAYS) return ok(check, message);
  return warning(
    check,
    message,
    "Update Signalbox, or see `npx signalbox models --refresh` for the current ones.",
  );
}
