/** `signalbox audit content`, `erase`, `hold`, `release`: what is kept of the prompts and replies of a run, and for how long. */

import { InvalidArgumentError, type Command } from "commander";
import { openContent, type ContentItem } from "../../audit/content.ts";
import type { AuditRecord, AuditType } from "../../audit/record.ts";
import type { ContentStore, RunName } from "../../worker/audit-sinks.ts";
import { CliError } from "../cli-error.ts";
import { paintFor } from "../colours.ts";
import { oneLine } from "../fit.ts";
import { addProjectOptions } from "../load-project.ts";
import { printJson, type Terminal } from "../terminal.ts";
import { noTrail, withTrail, workspaceOf, type Trail, type TrailOptions } from "./open-trail.ts";

interface Options extends TrailOptions {
  readonly by?: string;
  readonly reason?: string;
  readonly json?: boolean;
}

export function addContent(audit: Command, terminal: Terminal): void {
  const content = commandOf(audit, "content", "show what is kept of a run's prompts and replies");
  content.option("--json", "print JSON").action((run: string, options: Options) =>
    withTrail(options, terminal, async (trail) => {
      const items = await findContent(nameOf(run, options), storesOf(trail));
      if (options.json) printJson(terminal, items);
      else for (const item of items) printItem(item, terminal);
    }),
  );
  commandOf(audit, "erase", "destroy what is kept of a run's prompts and replies; records stay")
    .requiredOption("--by <who>", "who wants it, for the record", readWords)
    .requiredOption("--reason <text>", "why, for the record", readWords)
    .action((run: string, options: Options) =>
      withTrail(options, terminal, async (trail) => {
        const wasKept = await erase(nameOf(run, options), options, trail);
        if (!wasKept)
          terminal.tell(`Nothing was kept of "${run}". That it is erased is on record.`);
      }),
    );
  for (const [name, about] of [
    ["hold", "keep a run's records and content from being erased or pruned"],
    ["release", "end a hold"],
  ] as const) {
    commandOf(audit, name, about)
      .option("--by <who>", "who wants it, for the record", readWords)
      .option("--reason <text>", "why, for the record", readWords)
      .action((run: string, options: Options) =>
        withTrail(options, terminal, async (trail) => {
          const named = nameOf(run, options);
          for (const store of storesOf(trail)) await store[name](named);
          const type = name === "hold" ? "hold.placed" : "hold.released";
          await record(named, type, options, trail);
        }),
      );
  }
}

function commandOf(audit: Command, name: string, about: string): Command {
  const command = audit
    .command(name)
    .description(about)
    .argument("<run>", "the run's id")
    .option("--workspace <name>", "whose run (default: that of its id)");
  return addProjectOptions(command);
}

/** Whether there was anything. */
async function erase(named: RunName, options: Options, trail: Trail): Promise<boolean> {
  const stores = storesOf(trail);
  // Asked first, so that with several sinks nothing is erased of a run that one of them holds.
  const held = await Promise.all(stores.map((store) => store.isHeld(named)));
  if (held.includes(true)) throw isHeld(named);
  const found = await Promise.all(stores.map((store) => store.find(named)));
  for (const store of stores) if (!(await store.erase(named))) throw isHeld(named);
  // Afterwards, so that the record is true; whoever is interrupted in between erases again.
  await record(named, "content.erased", options, trail);
  return found.some((kept) => kept !== undefined);
}

/** Tells the trail what was done, in every sink. */
async function record(
  { workspace, run }: RunName,
  type: AuditType & `${"content" | "hold"}.${string}`,
  { by, reason }: Options,
  { sinks }: Trail,
): Promise<void> {
  const at = new Date().toISOString();
  const word = type.slice(type.indexOf(".") + 1);
  const made: AuditRecord = {
    id: `${run}#${word}-${at}`,
    at,
    type,
    workspace,
    run,
    attributes: {
      ...(by !== undefined && { "signalbox.by": by }),
      ...(reason !== undefined && { "signalbox.reason": reason }),
    },
  };
  await Promise.all(sinks.map((sink) => sink.write(workspace, [made])));
}

/** @throws {CliError} CLI_NO_TRAIL */
function storesOf({ sinks }: Trail): readonly ContentStore[] {
  const stores = sinks.flatMap(({ content }) => (content === undefined ? [] : [content]));
  if (stores.length > 0) return stores;
  const ids = sinks.map(({ id }) => `"${id}"`).join(", ");
  throw noTrail(`None of the configuration's sinks keeps prompts and replies (${ids}).`);
}

async function findContent(
  named: RunName,
  stores: readonly ContentStore[],
): Promise<readonly ContentItem[]> {
  for (const store of stores) {
    const kept = await store.find(named);
    if (kept !== undefined) return openContent(kept.key, named, kept.sealed);
  }
  throw new CliError(
    "CLI_UNKNOWN_RECORD",
    `Nothing is kept of the prompts and replies of "${named.run}": they were erased or pruned, there is no such run, or "audit.content" of the ` +
      `configuration is not "full".`,
  );
}

function printItem({ event, kind, value }: ContentItem, terminal: Terminal): void {
  const paint = paintFor(terminal, terminal.stdout);
  terminal.print(paint("dim", `${oneLine(event)} ${kind}`));
  // JSON leaves in what some terminals take for commands.
  const text = JSON.stringify(value, null, 2).replaceAll(
    /[\u007f-\u009f]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  terminal.print(text);
}

function nameOf(run: string, { workspace }: Options): RunName {
  return { workspace: workspaceOf(run, workspace), run };
}

function isHeld({ run }: RunName): CliError {
  return new CliError(
    "CLI_RUN_HELD",
    `The run "${run}" is held, so nothing of it is erased. \`signalbox audit release\` ends the hold.`,
  );
}

function readWords(given: string): string {
  if (given.trim() !== "") return given;
  throw new InvalidArgumentError("Say it in words: it goes on record.");
}
