/** `signalbox audit verify`: whether a trail is as it was written, from a file or from the project's sink. */

import type { KeyObject } from "node:crypto";
import { isUtf8 } from "node:buffer";
import { createPublicKey } from "node:crypto";
import { InvalidArgumentError, Option, type Command } from "commander";
import { EMPTY_CHAIN, type ChainHead } from "../../audit/chain.ts";
import type { Checkpoint } from "../../audit/checkpoint.ts";
import { readPrivateKey } from "../../audit/keys.ts";
import { findProofFaults, isRecordProof, type RecordProof } from "../../audit/record-proof.ts";
import { verifyTrailFile } from "../../audit/verify-file.ts";
import { verifyTrail, type TrailReport, type VerifyOptions } from "../../audit/verify-trail.ts";
import { addProjectOptions } from "../load-project.ts";
import { EXIT, printJson, type Terminal } from "../terminal.ts";
import { noTrail, readSigned, readableSink, withTrail, type TrailOptions } from "./open-trail.ts";
import { tellProof, tellReports } from "./tell-report.ts";
import { readBytes, readCheckpoints, readChunks, readKeys } from "./trail-files.ts";

interface Options extends TrailOptions {
  readonly key?: readonly string[];
  readonly checkpoint?: string;
  readonly anchor?: ChainHead;
  readonly whole?: boolean;
  readonly json?: boolean;
}

/** A proof is one line; what is larger is a trail. */
const LARGEST_PROOF = 16 * 1024 * 1024;

export function addVerify(audit: Command, terminal: Terminal): void {
  const command = audit
    .command("verify")
    .description("check that a trail, or a proof, is as it was written; needs no Temporal")
    .argument("[file]", "what was exported or proved (default: the sink of the configuration)")
    .option("--key <file>", "a public key (PEM) that may have signed it; may be repeated", collect)
    .option(
      "--checkpoint <file>",
      "checkpoints that were kept elsewhere: it must be what they signed",
    )
    .addOption(
      new Option(
        "--anchor <size:hash>",
        "what a trail whose beginning was pruned is known to begin with",
      )
        .argParser(readAnchor)
        .conflicts("whole"),
    )
    .option("--whole", "nothing of its beginning may have been pruned")
    .option("--workspace <name>", "whose trail (default: all)")
    .option("--sink <id>", "the sink (default: the first that can be read)")
    .option("--json", "print JSON");
  addProjectOptions(command).action(async (file: string | undefined, options: Options) => {
    const isSound = await (file === undefined
      ? verifySink(options, terminal)
      : verifyFile(file, options, terminal));
    if (!isSound) terminal.exitCode = EXIT.failed;
  });
}

async function verifyFile(file: string, options: Options, terminal: Terminal): Promise<boolean> {
  const publicKeys = keysOf(options, terminal);
  const proof = await findProof(file, terminal);
  if (proof !== undefined) {
    const faults = findProofFaults(proof.text, proof.proof, publicKeys);
    const areSignaturesChecked = publicKeys.length > 0;
    tellProof({ proof: proof.proof, faults, areSignaturesChecked }, options, terminal);
    return faults.length === 0;
  }
  const kept = keptElsewhere(options, terminal);
  const report = await verifyTrailFile(readChunks(file, terminal), {
    ...checkedBy(options, publicKeys),
    ...(options.workspace !== undefined && { workspace: options.workspace }),
    checkpoints: kept,
  });
  return tellAll([report], publicKeys, options, terminal);
}

function verifySink(options: Options, terminal: Terminal): Promise<boolean> {
  return withTrail(options, terminal, async (trail) => {
    const sink = readableSink(trail, options.sink);
    const ownKeys = trail.key === undefined ? [] : [createPublicKey(trail.key)];
    const given = keysOf(options, terminal);
    const publicKeys = given.length > 0 ? given : ownKeys;
    const reports: TrailReport[] = [];
    const kept = keptElsewhere(options, terminal);
    for (const workspace of await workspacesOf(sink, options)) {
      const own = await readSigned(sink, workspace);
      const checkpoints = [...own, ...kept.filter((other) => other.workspace === workspace)];
      checkpoints.sort((one, other) => one.size - other.size);
      const checked = { ...checkedBy(options, publicKeys), workspace, checkpoints };
      reports.push(await verifyTrail(sink.read({ workspace }), checked));
    }
    return tellAll(reports, publicKeys, options, terminal);
  });
}

async function workspacesOf(
  sink: ReturnType<typeof readableSink>,
  { workspace }: Options,
): Promise<readonly string[]> {
  if (workspace !== undefined) return [workspace];
  if (sink.workspaces !== undefined) return sink.workspaces();
  throw noTrail(`The sink "${sink.id}" does not list its workspaces. Give --workspace.`);
}

function tellAll(
  reports: readonly TrailReport[],
  publicKeys: readonly KeyObject[],
  { json }: Options,
  terminal: Terminal,
): boolean {
  const isSound = reports.every((report) => report.isSound);
  const areSignaturesChecked = publicKeys.length > 0;
  if (json) printJson(terminal, { isSound, areSignaturesChecked, trails: reports });
  else tellReports(reports, areSignaturesChecked, terminal);
  return isSound;
}

function checkedBy(
  { anchor, whole, key = [] }: Options,
  publicKeys: readonly KeyObject[],
): Pick<VerifyOptions, "publicKeys" | "anchor" | "mustBeSigned"> {
  const begin = whole ? EMPTY_CHAIN : anchor;
  // Whoever names a key means that it signed; with that of the configuration, the first checkpoint may be still to come.
  return { publicKeys, mustBeSigned: key.length > 0, ...(begin && { anchor: begin }) };
}

/** Those that are given, or the public half of what signs. */
function keysOf({ key = [] }: Options, terminal: Terminal): readonly KeyObject[] {
  const own = terminal.env["SIGNALBOX_AUDIT_KEY"];
  if (key.length === 0 && own) return [createPublicKey(readPrivateKey(own))];
  return readKeys(key, terminal);
}

function keptElsewhere({ checkpoint }: Options, terminal: Terminal): readonly Checkpoint[] {
  return checkpoint === undefined ? [] : readCheckpoints(checkpoint, terminal);
}

interface FoundProof {
  readonly text: string;
  readonly proof: RecordProof;
}

/** `undefined`: the file is something else. */
async function findProof(file: string, terminal: Terminal): Promise<FoundProof | undefined> {
  for await (const chunk of readChunks(file, terminal)) {
    if (!Buffer.from(chunk).includes('"signalbox-proof"')) return undefined;
    break;
  }
  const bytes = readBytes(file, terminal);
  if (bytes.length > LARGEST_PROOF || !isUtf8(bytes)) return undefined;
  const text = bytes.toString("utf8");
  try {
    const proof: unknown = JSON.parse(text);
    return isRecordProof(proof) ? { text, proof } : undefined;
  } catch {
    return undefined;
  }
}

/** A list of files in one option would take the file that is to be checked for one of them. */
function collect(file: string, before: readonly string[] = []): readonly string[] {
  return [...before, file];
}

function readAnchor(given: string): ChainHead {
  const [, size = "", hash = ""] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(given) ?? [];
  if (hash !== "") return { size: Number(size), hash };
  throw new InvalidArgumentError(
    "Give how many records come before, a colon, and the hash of the last of them.",
  );
}
