/** Tells people what a check of a trail or of a proof found. */

import type { RecordProof } from "../../audit/record-proof.ts";
import type { TrailReport } from "../../audit/verify-trail.ts";
import { paintFor } from "../colours.ts";
import { oneLine } from "../fit.ts";
import { formatTable } from "../table.ts";
import { printJson, type Terminal } from "../terminal.ts";

const NOT_CHECKED =
  "Signatures were not checked, as no key was given: whoever can write there could have made all of it. Give --key.";

export function tellReports(
  reports: readonly TrailReport[],
  areSignaturesChecked: boolean,
  terminal: Terminal,
): void {
  if (reports.length === 0) terminal.print("There are no records.");
  for (const report of reports) tellReport(report, areSignaturesChecked, terminal);
  if (!areSignaturesChecked) terminal.tell(NOT_CHECKED);
}

interface CheckedProof {
  readonly proof: RecordProof;
  readonly faults: readonly string[];
  readonly areSignaturesChecked: boolean;
}

export function tellProof(
  { proof, faults, areSignaturesChecked }: CheckedProof,
  { json }: { readonly json?: boolean },
  terminal: Terminal,
): void {
  const { sealed, checkpoint } = proof;
  const isSound = faults.length === 0;
  if (json) {
    const { workspace, size, at, keyId } = checkpoint;
    const signed = { workspace, size, at, keyId };
    printJson(terminal, { isSound, areSignaturesChecked, record: sealed, signed, faults });
    return;
  }
  const { id, type, at } = sealed.record;
  terminal.print(`Record ${sealed.seq}, "${oneLine(id)}", ${oneLine(type)} at ${oneLine(at)}`);
  if (isSound) {
    terminal.print(
      `sound: it is among the ${checkpoint.size} records of the checkpoint of ${checkpoint.at}, key "${checkpoint.keyId}".`,
    );
  } else for (const fault of faults) terminal.print(oneLine(fault));
  if (!areSignaturesChecked) terminal.tell(NOT_CHECKED);
}

function tellReport(report: TrailReport, areSignaturesChecked: boolean, terminal: Terminal): void {
  const { isSound, faults, faultCount } = report;
  terminal.print(summary(report, areSignaturesChecked));
  if (isSound) {
    terminal.print("sound: no record was changed, removed, added or moved.");
    return;
  }
  const paint = paintFor(terminal, terminal.stdout);
  const heads = ["fault", "record", "line", "id", "what"].map((head) => paint("dim", head));
  const rows = faults.map(({ kind, seq = "", line = "", id = "", detail }) => [
    kind,
    String(seq),
    String(line),
    oneLine(id),
    oneLine(detail),
  ]);
  terminal.print(formatTable(heads, rows));
  const rest = faultCount - faults.length;
  terminal.print(
    `${faultCount} ${faultCount === 1 ? "fault" : "faults"}${rest > 0 ? `, ${rest} of them not listed` : ""}.`,
  );
}

function summary(report: TrailReport, areSignaturesChecked: boolean): string {
  const { workspace = "", records, start, head, checkpoints, signedSize } = report;
  const parts = [
    `Workspace "${oneLine(workspace)}": ${records} records`,
    start !== undefined && `number ${start} to ${head.size - 1}`,
    `${checkpoints} checkpoints fit`,
    areSignaturesChecked && (signedSize > 0 ? `signed to number ${signedSize - 1}` : "not signed"),
    `head ${head.size}:${head.hash}`,
  ];
  return `${parts.filter(Boolean).join(", ")}.`;
}
