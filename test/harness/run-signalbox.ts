/** The command line inside the test, on the shared server. */

import { runCli } from "../../cli/program.ts";
import { fakeTerminal, type FakeTerminalOptions } from "./fake-terminal.ts";

export interface EndedCommand {
  readonly exitCode: number;
  readonly printed: string;
  readonly told: string;
}

export async function runSignalbox(
  args: readonly string[],
  options?: FakeTerminalOptions,
): Promise<EndedCommand> {
  const terminal = fakeTerminal(options);
  const exitCode = await runCli(args, terminal);
  return { exitCode, printed: terminal.printed(), told: terminal.told() };
}
