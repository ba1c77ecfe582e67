/** `signalbox audit`: all that happened in a run, one line for each audit record. */

import type { Command } from "commander";
import type { AuditRecord } from "../audit/record.ts";
import { paintFor } from "./colours.ts";
import { withClient } from "./connect.ts";
import { describeRecord, stepOf } from "./describe-record.ts";
import { oneLine } from "./fit.ts";
import { formatTable } from "./table.ts";
import type { Terminal } from "./terminal.ts";

export function addAudit(program: Command, terminal: Terminal): void {
  program
    .command("audit")
    .description("list all that happened in a run")
    .argument("<run>", "the run's id")
    .option("--json", "print JSON, one audit record a line")
    .action((id: string, { json }: { readonly json?: boolean }) =>
      withClient(terminal, async ({ client }) => {
        const records = await client.auditRecords(id);
        if (json) for (const record of records) terminal.print(JSON.stringify(record));
        else terminal.print(formatRecords(records, terminal));
      }),
    );
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
