/** `signalbox show`: a run as a tree, once or until it has ended. */

import type { Command } from "commander";
import { hasColours, paintFor } from "./colours.ts";
import { withClient, type Connected } from "./connect.ts";
import { plainLines } from "./fit.ts";
import { LivePicture } from "./live-picture.ts";
import { Progress } from "./progress.ts";
import { readWholeRun, type WholeRun } from "./read-run.ts";
import { formatRun, type TreeOptions } from "./run-tree.ts";
import { quote } from "./step-details.ts";
import { EXIT, printJson, type Terminal } from "./terminal.ts";
import { watchRun, type Watched } from "./watch.ts";

interface ShowOptions {
  readonly watch?: boolean;
  readonly json?: boolean;
}

export function addShow(program: Command, terminal: Terminal): void {
  program
    .command("show")
    .description("show a run as a tree: steps, models, fallbacks, costs, times")
    .argument("<run>", "the run's id")
    .option("--watch", "follow it until it has ended")
    .option("--json", "print JSON")
    .action((id: string, options: ShowOptions) =>
      withClient(terminal, (connected) => show(id, options, { ...connected, terminal })),
    );
}

type Here = Connected & { readonly terminal: Terminal };

async function show(id: string, { watch, json }: ShowOptions, here: Here): Promise<void> {
  const { client, terminal } = here;
  if (watch) {
    const watched = await follow(id, { json }, here);
    if (watched === "interrupted") {
      terminal.exitCode = EXIT.interrupted;
      terminal.tell(`the run goes on; follow it again with: signalbox show ${quote(id)} --watch`);
      if (json) return;
    }
  }
  const run = await readWholeRun(client, id);
  if (watch && run.status !== "completed" && run.status !== "running") {
    terminal.exitCode = EXIT.runFailed;
  }
  if (json) printJson(terminal, run);
  else terminal.print(draw(run, here));
}

/** On a terminal the tree itself, drawn anew with each event; else a line for each. */
async function follow(
  id: string,
  { json }: ShowOptions,
  { client, terminal, linkTo }: Here,
): Promise<Watched> {
  if (json || !canDraw(terminal)) {
    const progress = await Progress.begin(id, terminal);
    return watchRun(client, id, terminal, {
      onEvent: (event) => progress.show(event),
    }).finally(() => progress.end());
  }
  const picture = new LivePicture(terminal.stdout, async () =>
    draw(await readWholeRun(client, id), { terminal, linkTo }),
  );
  try {
    return await watchRun(client, id, terminal, { onEvent: () => picture.refresh() });
  } finally {
    await picture.end();
  }
}

function canDraw({ stdout, env }: Pick<Terminal, "stdout" | "env">): boolean {
  return stdout.stream !== undefined && stdout.isTTY && hasColours(env, stdout) && !env["CI"];
}

/** Where it goes to a file, or to another program, nothing is cut. */
function draw(run: WholeRun, { terminal, linkTo }: Pick<Here, "terminal" | "linkTo">): string {
  const { stdout } = terminal;
  const options: TreeOptions = {
    paint: paintFor(terminal, stdout),
    width: stdout.isTTY ? (stdout.columns ?? 80) : Infinity,
    now: Date.now(),
  };
  const link = linkTo(run.id);
  const picture = formatRun(run, options);
  return link === undefined ? picture : `${picture}\n\n${options.paint("dim", plainLines(link))}`;
}
