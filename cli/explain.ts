/** `signalbox explain`: why a step of a run used the models it did, as it was decided and recorded then. */

import type { Command } from "commander";
import type { RecordedRoute } from "../client/run.ts";
import type { Attempt } from "../client/run.ts";
import type { SignalboxClient } from "../client/signalbox-client.ts";
import { CliError } from "./cli-error.ts";
import { withClient } from "./connect.ts";
import { formatRoute } from "./route-table.ts";
import { printJson, type Terminal } from "./terminal.ts";

/** What was decided for a step, and what came of it. */
interface Explanation {
  readonly run: string;
  readonly step: string;
  /** One, unless the step was asked for more than once. */
  readonly routes: readonly RecordedRoute[];
  readonly attempts: readonly Attempt[];
}

export function addExplain(program: Command, terminal: Terminal): void {
  program
    .command("explain")
    .description("tell why a step of a run used the models it did")
    .argument("<run>", "the run's id")
    .argument("<step>", 'the step\'s path, such as "draft" or "files[2]/gist"')
    .option("--json", "print JSON")
    .action(async (run: string, step: string, { json }: { readonly json?: boolean }) => {
      const explanation = await withClient(terminal, ({ client }) => explain(client, run, step));
      if (json) printJson(terminal, explanation);
      else terminal.print(format(explanation));
    });
}

/** @throws {CliError} CLI_UNKNOWN_STEP */
async function explain(client: SignalboxClient, id: string, step: string): Promise<Explanation> {
  const { routes, ...run } = await client.get(id);
  const own = routes.filter((route) => route.step === step);
  if (own.length === 0) throw unknownStep(id, step, routes);
  const attempts = run.attempts.filter((attempt) => attempt.step === step);
  return { run: id, step, routes: own, attempts };
}

function unknownStep(id: string, step: string, routes: readonly RecordedRoute[]): CliError {
  const known = [...new Set(routes.map((route) => `"${route.step}"`))].join(", ") || "none";
  return new CliError(
    "CLI_UNKNOWN_STEP",
    `Run "${id}" decided no route for a step "${step}" (it did for: ${known}). Mend the path; steps of a sub-graph are ` +
      `steps of its own run, "${id}/<step>".`,
  );
}

function format({ run, step, routes, attempts }: Explanation): string {
  const parts = routes.map((route) => {
    const head = `Step "${step}" of run "${run}", decided ${route.decidedAt}`;
    return `${head}\n\n${formatRoute(route, (model) => describeOutcome(model, attempts))}`;
  });
  return parts.join("\n\n");
}

/** What the calls of a model ended with, in order. */
function describeOutcome(model: string, attempts: readonly Attempt[]): string {
  const own = attempts.filter((attempt) => attempt.model === model);
  const ends = own.map(({ status, kind }) =>
    status === "completed" ? "answered" : (kind ?? status),
  );
  return ends.join(", ") || "-";
}
