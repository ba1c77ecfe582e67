/** `signalbox audit prove`: shows that one record is in the trail, without the others. */

import { createPublicKey } from "node:crypto";
import type { Command } from "commander";
import type { SealedRecord } from "../../audit/chain.ts";
import {
  findProofFaults,
  proofLine,
  proveRecord,
  type KnownChain,
} from "../../audit/record-proof.ts";
import { CliError } from "../cli-error.ts";
import { addProjectOptions } from "../load-project.ts";
import type { Terminal } from "../terminal.ts";
import {
  readSigned,
  readableSink,
  withTrail,
  workspaceOf,
  type ReadableSink,
  type Trail,
  type TrailOptions,
} from "./open-trail.ts";
import { writeNewFile } from "./trail-files.ts";

interface Options extends TrailOptions {
  readonly out?: string;
}

export function addProve(audit: Command, terminal: Terminal): void {
  const command = audit
    .command("prove")
    .description("write a proof that a record is in the trail, which shows no other record")
    .argument("<record>", "the record's id")
    .option("--out <file>", "where to (default: standard output)")
    .option("--workspace <name>", "whose trail (default: that of the run's id)")
    .option("--sink <id>", "the sink (default: the first that can be read)");
  addProjectOptions(command).action((id: string, options: Options) =>
    withTrail(options, terminal, async (trail) => {
      const line = await makeProof(id, options, trail);
      if (options.out === undefined) terminal.print(line.trimEnd());
      else await writeNewFile(options.out, line, terminal);
    }),
  );
}

async function makeProof(id: string, options: Options, trail: Trail): Promise<string> {
  const sink = readableSink(trail, options.sink);
  const workspace = workspaceOf(id, options.workspace);
  const { known, sealed } = await readChain(sink, workspace, id);
  if (sealed === undefined) {
    throw new CliError(
      "CLI_UNKNOWN_RECORD",
      `The sink "${sink.id}" has no record "${id}" of the workspace "${workspace}". Mend the id, or give --workspace.`,
    );
  }
  const proof = proveRecord(known, sealed);
  if (proof === undefined) throw cannotProve(known, sealed);
  const line = proofLine(proof);
  const keys = trail.key === undefined ? [] : [createPublicKey(trail.key)];
  const [fault] = findProofFaults(line, proof, keys);
  // A key that is not this one's may be an older one: whoever checks has it.
  if (fault === undefined || fault.includes("was not given")) return line;
  throw new CliError(
    "CLI_NO_PROOF",
    `The record "${id}" cannot be proved. ${fault} \`signalbox audit verify\` says what is wrong with the trail.`,
  );
}

async function readChain(
  sink: ReadableSink,
  workspace: string,
  id: string,
): Promise<{ readonly known: KnownChain; readonly sealed: SealedRecord | undefined }> {
  const checkpoints = await readSigned(sink, workspace);
  const hashes: string[] = [];
  let start: number | undefined;
  let found: SealedRecord | undefined;
  for await (const sealed of sink.read({ workspace })) {
    start ??= sealed.seq;
    hashes.push(sealed.hash);
    if (sealed.record.id === id) found = sealed;
  }
  return { known: { start: start ?? 0, hashes, checkpoints }, sealed: found };
}

function cannotProve({ checkpoints }: KnownChain, { seq, record }: SealedRecord): CliError {
  const isCounted = checkpoints.some(({ size }) => size > seq);
  return new CliError(
    "CLI_NO_PROOF",
    isCounted
      ? `The record "${record.id}" cannot be proved: too much of what came before it was pruned. Export the trail instead.`
      : `The record "${record.id}" cannot be proved: no checkpoint counts it yet. Workers with a key sign one from time to time.`,
  );
}
