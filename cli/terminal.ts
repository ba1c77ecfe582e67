/** What a command has of the world outside: where it prints, where it was called, what it ends with. */

export interface Terminal {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The answer, one line or several: standard output. */
  print(text: string): void;
  /** All that is not the answer: standard error. */
  tell(text: string): void;
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
} as const;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    cwd: process.cwd(),
    env: process.env,
    print: (text) => void process.stdout.write(`${text}\n`),
    tell: (text) => void process.stderr.write(`${text}\n`),
    exitCode: EXIT.ok,
  };
}

/** Prints an answer as JSON that programs read: one document. */
export function printJson({ print }: Pick<Terminal, "print">, value: unknown): void {
  print(JSON.stringify(value, null, 2));
}
