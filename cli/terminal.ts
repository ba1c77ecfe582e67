/** What a command has of the world outside: where it prints, where it was called, what it ends with. */

import { text } from "node:stream/consumers";

/** Where standard output or standard error leads. */
export interface Screen {
  readonly isTTY: boolean;
  /** Of a terminal, in characters. Absent: it is none, or does not tell. */
  readonly columns?: number | undefined;
  /** Of a terminal, in lines. */
  readonly rows?: number | undefined;
  /** For what moves: absent where nothing can. */
  readonly stream?: NodeJS.WriteStream;
}

export interface Terminal {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdout: Screen;
  readonly stderr: Screen;
  /** The answer, one line or several: standard output. */
  print(text: string): void;
  /** All that is not the answer: standard error. */
  tell(text: string): void;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** Takes SIGINT and SIGTERM over from Node, which would end the process, until what it gives is called. */
  onSignal(listener: () => void): () => void;
  /** Ends the process without waiting for anything. */
  quit(exitCode: number): void;
  /** What the command ends with; see {@link EXIT}. Set by a command whose answer is "no". */
  exitCode: number;
}

/** Exit codes are public API: see docs/reference/cli.md. */
export const EXIT = {
  ok: 0,
  /** The answer is "no", or one of our errors stopped the command. */
  failed: 1,
  /** The command was called in a way it does not understand, or with nothing it can read. */
  usage: 2,
  /** The run that was waited for ended without completing. */
  runFailed: 3,
  /** Ctrl-C while it waited, as shells number it. */
  interrupted: 130,
} as const;

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: screenOf(process.stdout),
    stderr: screenOf(process.stderr),
    print: (line) => void process.stdout.write(`${line}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
    readInput: () => text(process.stdin),
    onSignal(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    quit: (exitCode) => process.exit(exitCode),
    exitCode: EXIT.ok,
  };
}

/** Reads the size anew each time: windows are resized. */
function screenOf(stream: NodeJS.WriteStream): Screen {
  return {
    // Node leaves it out where there is no terminal, whatever its types say.
    isTTY: Boolean(stream.isTTY),
    get columns() {
      return stream.columns || undefined;
    },
    get rows() {
      return stream.rows || undefined;
    },
    stream,
  };
}

/** Prints an answer as JSON that programs read: one document. */
export function printJson({ print }: Pick<Terminal, "print">, value: unknown): void {
  print(JSON.stringify(value, null, 2));
}
