/** `signalbox audit`: all that happened in a run, one line for each audit record; its subcommands are about the trail that is kept of runs. */

import type { Command } from "commander";
import type { AuditRecord } from "../audit/record.ts";
import { paintFor } from "./colours.ts";
import { withClient } from "./connect.ts";
import { describeRecord, stepOf } from "./describe-record.ts";
import { oneLine } from "./fit.ts";
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
    .option("--json", "print JSON, one audit record a line")
    .action((id: string, { json }: { readonly json?: boolean }) =>
      withClient(terminal, async ({ client }) => {
        const records = await client.auditRecords(id);
        if (json) for (const record of records) terminal.print(JSON.stringify(record));
        else terminal.print(formatRecords(records, terminal));
      }),
    );
  for (const add of SUBCOMMANDS) add(audit, terminal);
}

function formatRecords(records: readonly AuditRecord[], terminal: Terminal): string {
  const paint = paintFor(terminal, terminal.stdout);
  const heads = ["id", "at (UTC)", "record", "step", "what"].map((head) => paint("dim", head));
  const rows = records.map((record) => [
    record.id.slice(record.run.length + 1),
    record.at.slice(0, 23).replace("T", " "),
    record.type,
    oneLine(stepOf(record)),
    oneLine(describeRecord(record)),
  ]);
  return formatTable(heads, rows);
}
