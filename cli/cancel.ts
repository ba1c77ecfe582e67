/** `signalbox cancel`: asks runs to stop. */

import type { Command } from "commander";
import type { SignalboxClient } from "../client/signalbox-client.ts";
import { withClient } from "./connect.ts";
import { oneLine } from "./fit.ts";
import { isCoded } from "./tell-error.ts";
import { EXIT, printJson, type Terminal } from "./terminal.ts";

/** What came of it for one run. */
interface Cancelled {
  readonly run: string;
  readonly error?: { readonly code: string; readonly message: string };
}

export function addCancel(program: Command, terminal: Terminal): void {
  program
    .command("cancel")
    .description("ask runs to stop")
    .argument("<runs...>", "their ids")
    .option("--json", "print JSON")
    .action((ids: readonly string[], { json }: { readonly json?: boolean }) =>
      withClient(terminal, async ({ client }) => {
        const results = await Promise.all(ids.map((id) => cancel(client, id)));
        if (results.some(({ error }) => error !== undefined)) terminal.exitCode = EXIT.failed;
        if (json) printJson(terminal, results);
        else for (const result of results) report(result, terminal);
      }),
    );
}

/** One that cannot be stopped does not keep the others going. */
async function cancel(client: Pick<SignalboxClient, "cancel">, run: string): Promise<Cancelled> {
  try {
    await client.cancel(run);
    return { run };
  } catch (error) {
    if (!isCoded(error)) throw error;
    return { run, error: { code: error.code, message: error.message } };
  }
}

function report({ run, error }: Cancelled, terminal: Pick<Terminal, "print" | "tell">): void {
  if (error === undefined) terminal.print(`${oneLine(run)} is asked to stop`);
  else terminal.tell(`error ${error.code}: ${error.message}`);
}
