/** A terminal that keeps what is printed, for commands that run inside the test. */

import { EXIT, type Screen, type Terminal } from "../../cli/terminal.ts";

export interface FakeTerminal extends Terminal {
  /** All that was printed on standard output, and on standard error. */
  readonly printed: () => string;
  readonly told: () => string;
  /** Resolves once `text` is on one of the two. */
  shows(text: string): Promise<void>;
  /** As Ctrl-C. */
  interrupt(): void;
  /** What `quit` was called with. */
  readonly quits: readonly number[];
}

export interface FakeTerminalOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Of both outputs. Default: they are no terminal. */
  readonly columns?: number;
  /** What standard input gives. */
  readonly input?: string;
}

export function fakeTerminal({
  env = {},
  cwd = "/",
  columns,
  input = "",
}: FakeTerminalOptions = {}): FakeTerminal {
  const output = { stdout: "", stderr: "" };
  const changes = new EventTarget();
  const signals = new EventTarget();
  const quits: number[] = [];
  const write = (to: keyof typeof output, text: string): void => {
    output[to] += `${text}\n`;
    changes.dispatchEvent(new Event("change"));
  };
  const screen: Screen = { isTTY: columns !== undefined, columns };
  return {
    cwd,
    env: { TEMPORAL_ADDRESS: process.env["SIGNALBOX_TEST_ADDRESS"], ...env },
    stdout: screen,
    stderr: screen,
    print: (text) => write("stdout", text),
    tell: (text) => write("stderr", text),
    readInput: async () => input,
    onSignal(listener) {
      signals.addEventListener("signal", listener);
      return () => signals.removeEventListener("signal", listener);
    },
    quit: (exitCode) => void quits.push(exitCode),
    exitCode: EXIT.ok,
    printed: () => output.stdout,
    told: () => output.stderr,
    async shows(text) {
      while (!`${output.stdout}${output.stderr}`.includes(text)) {
        await new Promise((resolve) => {
          changes.addEventListener("change", resolve, { once: true });
        });
      }
    },
    interrupt: () => void signals.dispatchEvent(new Event("signal")),
    quits,
  };
}
