/** Checks what an alias of a configuration says, before anything is routed by it. */

import { z } from "zod";
import {
  readAlias,
  REQUIRED_CAPABILITIES,
  type ModelAliases,
  type ModelPool,
} from "../activities/model-pool.ts";
import { CURABLE_KINDS } from "../graph/failure-kinds.ts";
import type { JudgePlan, RankRequest, Router } from "../plugins/contract.ts";
import { ConfigError } from "./config-error.ts";

/** What aliases name. */
export interface KnownNames {
  /** Ids. */
  readonly providers: ReadonlySet<string>;
  /** By the names that aliases use. */
  readonly routers: Readonly<Record<string, Router>>;
}

/**
 * @throws {ConfigError} CONFIG_EMPTY_ALIAS, CONFIG_UNKNOWN_PROVIDER, CONFIG_INVALID_RECOVERY, CONFIG_INVALID_PREFERENCE,
 *   CONFIG_UNKNOWN_ROUTER or CONFIG_UNKNOWN_ALIAS.
 */
export function checkAliases(aliases: ModelAliases, names: KnownNames): void {
  for (const [alias, written] of Object.entries(aliases)) {
    const pool = readAlias(written);
    checkModels(alias, pool, names.providers);
    checkRecovery(alias, pool);
    checkPreferences(alias, pool);
    checkJudges(alias, checkRouter(alias, pool, names.routers), aliases);
  }
}

function checkModels(alias: string, pool: ModelPool, providers: ReadonlySet<string>): void {
  // Configurations are written in JavaScript too: what the type promises may not be there.
  const models = (pool as Partial<ModelPool>).pool ?? [];
  if (models.length === 0) {
    throw new ConfigError(
      "CONFIG_EMPTY_ALIAS",
      `Alias "${alias}" has no models. List at least one, such as "openai/gpt-5-mini".`,
    );
  }
  for (const model of models) {
    if (isServed(model, providers)) continue;
    throw new ConfigError(
      "CONFIG_UNKNOWN_PROVIDER",
      `Alias "${alias}" lists "${model}", which no provider serves (there are: ${listNames(providers)}). ` +
        `Write it as "provider/model" and add the provider to "providers".`,
    );
  }
}

/** Whether a provider may list it: of a pattern, only what stands before its first star is known. */
function isServed(model: string, providers: ReadonlySet<string>): boolean {
  const [known = "", ...rest] = model.split("*");
  if (rest.length === 0) {
    const [provider = "", name] = model.split(/\/(.*)/s);
    return providers.has(provider) && Boolean(name);
  }
  return [...providers].some((id) => `${id}/`.startsWith(known) || known.startsWith(`${id}/`));
}

function checkRecovery(alias: string, list: ModelPool): void {
  for (const member of ["retryOn", "fallbackOn"] as const) {
    const wrong = list[member]?.find((kind) => !CURABLE_KINDS.includes(kind));
    if (wrong === undefined) continue;
    throw new ConfigError(
      "CONFIG_INVALID_RECOVERY",
      `Alias "${alias}" has "${wrong}" in "${member}", which is no failure that another call may cure. ` +
        `Use some of: ${CURABLE_KINDS.join(", ")}.`,
    );
  }
}

const Patterns = z.array(z.string().min(1)).min(1).optional();
const Amount = z.number().min(0).optional();

/** What the members of a {@link ModelPool} may be. Strict: a misspelt filter would let everything through. */
const Preferences = z.strictObject({
  pool: z.array(z.string()),
  router: z.unknown().optional(),
  retryOn: z.unknown().optional(),
  fallbackOn: z.unknown().optional(),
  only: Patterns,
  ignore: Patterns,
  order: Patterns,
  maxPrice: z
    .strictObject({ inputUsdPerMTok: Amount, outputUsdPerMTok: Amount, perCallUsd: Amount })
    .optional(),
  maxLatencyMs: z.number().positive().optional(),
  minThroughput: Amount,
  region: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  dataPolicy: z
    .strictObject({
      training: z.literal("deny").optional(),
      retention: z
        .union([z.literal("none"), z.strictObject({ maxDays: z.number().min(0) })])
        .optional(),
    })
    .optional(),
  require: z.array(z.enum(REQUIRED_CAPABILITIES)).optional(),
  minContext: Amount,
  allowFallbacks: z.boolean().optional(),
});

function checkPreferences(alias: string, pool: ModelPool): void {
  const parsed = Preferences.safeParse(pool);
  if (parsed.success) return;
  throw new ConfigError(
    "CONFIG_INVALID_PREFERENCE",
    `Alias "${alias}" wants what cannot be kept: ${parsed.error.issues.map(describeIssue).join("; ")}. ` +
      `See docs/reference/routes.md.`,
  );
}

/** A configuration is the user's own, so what it says may be quoted. */
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code !== "unrecognized_keys") return `${quote(issue.path)}: ${issue.message}`;
  const paths = issue.keys.map((key) => quote([...issue.path, key]));
  return `${paths.join(", ")}: there is no such preference`;
}

function quote(path: readonly PropertyKey[]): string {
  return `"${path.map(String).join(".")}"`;
}

function checkRouter(
  alias: string,
  { router }: ModelPool,
  routers: Readonly<Record<string, Router>>,
): Router | undefined {
  if (typeof router === "string") {
    if (Object.hasOwn(routers, router)) return routers[router];
  } else if (router === undefined || isRouter(router)) return router;
  const what = typeof router === "string" ? `the router "${router}"` : "a router without `rank`";
  throw new ConfigError(
    "CONFIG_UNKNOWN_ROUTER",
    `Alias "${alias}" names ${what}, which is not there (there are: ${listNames(Object.keys(routers))}). ` +
      `Mend the name, or add the router to "routers".`,
  );
}

/** Configurations are written in JavaScript too, where a factory may be given in place of what it makes. */
function isRouter(router: unknown): boolean {
  return (
    typeof router === "object" &&
    router !== null &&
    "rank" in router &&
    typeof router.rank === "function"
  );
}

function checkJudges(alias: string, router: Router | undefined, aliases: ModelAliases): void {
  for (const { model } of judgesOf(router)) {
    if (Object.hasOwn(aliases, model)) continue;
    throw new ConfigError(
      "CONFIG_UNKNOWN_ALIAS",
      `The router of alias "${alias}" has replies judged by "${model}", which is no alias ` +
        `(there are: ${listNames(Object.keys(aliases))}). Add it to "models", or mend the name.`,
    );
  }
}

/** A router may plan otherwise for other requests: what it plans for this one is known. */
const ANY_REQUEST: RankRequest = {
  graph: "graph",
  step: "step",
  run: "run",
  workspace: "default",
  key: "run",
  seed: 0,
};

function judgesOf(router: Router | undefined): readonly JudgePlan[] {
  try {
    const plan = router?.plan?.(ANY_REQUEST);
    const judge = plan?.kind === "cascade" ? plan.accept.judge : plan?.judge;
    return judge === undefined ? [] : [judge];
  } catch {
    // One that cannot plan without a real request is not followed where it fails: see activities/routing/rank-pool.ts.
    return [];
  }
}

function listNames(names: Iterable<string>): string {
  return [...names].map((name) => `"${name}"`).join(", ") || "none";
}
