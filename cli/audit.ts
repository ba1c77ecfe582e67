/** `signalbox audit`: all that happened in a run, one line for each thing; its subcommands are about the trail that is kept of runs. */

import type { Command } from "commander";
import type { RunEvent } from "../client/run-event.ts";
import { formatCost } from "./amounts.ts";
import { paintFor } from "./colours.ts";
import { withClient } from "./connect.ts";
import { oneLine } from "./fit.ts";
import { describeFailure } from "./step-details.ts";
import { formatTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { addContent } from "./trail/content.ts";
import { addExport } from "./trail/export.ts";
import { addAuditKey } from "./trail/key.ts";
import { addProve } from "./trail/prove.ts";
import { addVerify } from "./trail/verify.ts";

const SUBCOMMANDS = [addVerify, addExport, addProve, addContent, addAuditKey];

export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program
    .command("audit")
    .description("list all that happened in a run; check, export and prove the audit trail")
    // Else options that subcommands have too would be taken for those of `audit RUN`.
    .enablePositionalOptions()
    .helpCommand(false)
    // A run's id has a dot or a hyphen, so it is never taken for a subcommand.
    .argument("<run>", "the run's id")
    .option("--json", "print JSON, one event a line")
    .action((id: string, { json }: { readonly json?: boolean }) =>
      withClient(terminal, async ({ client }) => {
        const events = await client.audit(id);
        if (json) for (const event of events) terminal.print(JSON.stringify(event));
        else terminal.print(formatEvents(events, terminal));
      }),
    );
  for (const add of SUBCOMMANDS) add(audit, terminal);
}

function formatEvents(events: readonly RunEvent[], terminal: Terminal): string {
  const paint = paintFor(terminal, terminal.stdout);
  const heads = ["id", "at (UTC)", "event", "step", "what"].map((head) => paint("dim", head));
  const rows = events.map((event) => [
    event.id,
    event.at.slice(0, 23).replace("T", " "),
    event.type,
    oneLine(stepOf(event)),
    oneLine(describe(event)),
  ]);
  return formatTable(heads, rows);
}

function stepOf(event: RunEvent): string {
  if (event.type === "route.decided") return event.route.step;
  if (event.type === "attempt.ended") return event.attempt.step;
  return "step" in event ? event.step : "";
}

function describeStart(started: Extract<RunEvent, { readonly type: "run.started" }>): string {
  const { graph, version, workspace, by, inputSha256, isIncomplete } = started;
  return list([
    `${graph}${version === undefined ? "" : ` version ${version}`}`,
    workspace !== undefined && `workspace ${workspace}`,
    by !== undefined && `by ${by}`,
    inputSha256 !== undefined && `input sha256 ${inputSha256.slice(0, 12)}…`,
    isIncomplete === true && "Temporal does not keep what happened first any more",
  ]);
}

function describe(event: RunEvent): string {
  switch (event.type) {
    case "run.started":
      return describeStart(event);
    case "route.decided": {
      const { candidates, excluded = [] } = event.route;
      const models = candidates.map(({ model }) => model).join(", ") || "no model may be used";
      return list([models, excluded.length > 0 && `${excluded.length} excluded`]);
    }
    case "attempt.started":
      return event.fallback > 0 ? `${event.model} (fallback ${event.fallback})` : event.model;
    case "attempt.ended":
      return describeAttempt(event.attempt);
    case "attempt.judged": {
      const { model, verdict } = event;
      return list([model, verdict.isUsed === false && "not used", verdict.kind]);
    }
    case "step.started":
      return list([event.kind, event.run !== undefined && `run ${event.run}`]);
    case "step.ended":
      return list([event.kind, event.status]);
    case "step.waiting":
      return list([event.kind, event.reminders > 0 && `reminder ${event.reminders}`]);
    case "step.decided": {
      const { kind, how, by, comment } = event;
      return list([kind, how, by !== undefined && `by ${by}`, comment]);
    }
    case "run.cancel_requested":
      return "";
    case "run.ended":
      return describeEnd(event);
  }
}

function describeAttempt(attempt: Extract<RunEvent, { type: "attempt.ended" }>["attempt"]): string {
  const { model, status, costNanoUsd, inputTokens, outputTokens } = attempt;
  return list([
    model,
    status === "completed" ? "answered" : describeFailure(attempt),
    inputTokens !== undefined && `${inputTokens} tokens in, ${outputTokens ?? 0} out`,
    costNanoUsd !== undefined && formatCost(costNanoUsd),
  ]);
}

function describeEnd({ status, costUsd, error }: Extract<RunEvent, { type: "run.ended" }>): string {
  return list([
    status,
    costUsd !== undefined && `$${costUsd}`,
    error?.code,
    error?.step !== undefined && `in step ${error.step}`,
  ]);
}

function list(facts: readonly (string | false | undefined)[]): string {
  return facts.filter(Boolean).join(", ");
}
