/** `signalbox key`: makes a key of the API, or of the encryption. */

import { randomBytes } from "node:crypto";
import { InvalidArgumentError, Option, type Command } from "commander";
import {
  formatKeyEntry,
  isKeyId,
  isKeyWorkspace,
  isScope,
  KEY_ID_IN_WORDS,
  KEY_WORKSPACE_IN_WORDS,
  makeKey,
  PAYLOADS_OF_ALL,
  readsOthers,
} from "../api/api-keys.ts";
import { SCOPES, type Scope } from "../api/caller.ts";
import { makeEncryptionKey } from "../payloads/encryption-keys.ts";
import { printJson, type Terminal } from "./terminal.ts";

interface KeyOptions {
  readonly workspace: string;
  readonly scopes: readonly Scope[];
  readonly id?: string;
  readonly encryption?: boolean;
  readonly json?: boolean;
}

export function addKey(program: Command, terminal: Terminal): void {
  program
    .command("key")
    .description("make a key of the API, or of the encryption")
    .addOption(
      new Option("--workspace <name>", "whose runs it starts and sees, * for all")
        .argParser(readWorkspace)
        .default("default"),
    )
    .addOption(
      new Option("--scopes <scopes>", `what it may do, of ${SCOPES.join(", ")}`)
        .argParser(readScopes)
        .default(["run", "read"], "run,read"),
    )
    .addOption(
      new Option("--id <id>", "names it in logs and runs (default: a random one)").argParser(
        readId,
      ),
    )
    .addOption(
      new Option("--encryption", "make a key that payloads are encrypted with").conflicts([
        "workspace",
        "scopes",
      ]),
    )
    .option("--json", "print JSON")
    .action((options: KeyOptions) => {
      if (options.encryption) tellEncryptionKey(options, terminal);
      else if (readsOthers(options)) program.error(`error: ${PAYLOADS_OF_ALL}`);
      else tellApiKey(options, terminal);
    });
}

function tellApiKey(
  { workspace, scopes, id = randomId(), json }: KeyOptions,
  terminal: Terminal,
): void {
  const made = makeKey({ id, workspace, scopes });
  const entry = formatKeyEntry(made.entry);
  if (json) printJson(terminal, { key: made.key, id, workspace, scopes, entry });
  else {
    terminal.print(`Key    ${made.key}`);
    terminal.print(`Entry  ${entry}`);
    terminal.tell(
      "\nThe key is shown this once and kept nowhere: give it to its user. The entry is for the API: a line of the file\n" +
        "SIGNALBOX_API_KEYS_FILE, or a part of SIGNALBOX_API_KEYS. Restart the API to take it up.",
    );
  }
}

function tellEncryptionKey({ id = randomId(), json }: KeyOptions, terminal: Terminal): void {
  const { entry } = makeEncryptionKey(id);
  if (json) printJson(terminal, { id, entry });
  else {
    terminal.print(`Entry  ${entry}`);
    terminal.tell(
      "\nIt is shown this once and kept nowhere: whoever has it can read all runs, and without it nobody can. It goes into\n" +
        "SIGNALBOX_ENCRYPTION_KEYS of workers, APIs and clients alike: alone, or with a comma behind the others until all of them\n" +
        "have it, and then in front.",
    );
  }
}

function randomId(): string {
  return `key-${randomBytes(4).toString("hex")}`;
}

function readWorkspace(name: string): string {
  if (isKeyWorkspace(name)) return name;
  throw new InvalidArgumentError(`Use ${KEY_WORKSPACE_IN_WORDS}.`);
}

function readScopes(text: string): readonly Scope[] {
  const words = [...new Set(text.split(/[,+]/))];
  const scopes = words.filter(isScope);
  if (scopes.length === words.length) return scopes;
  throw new InvalidArgumentError(`Join some of ${SCOPES.join(", ")} by commas.`);
}

function readId(id: string): string {
  if (isKeyId(id)) return id;
  throw new InvalidArgumentError(`Use ${KEY_ID_IN_WORDS}.`);
}
