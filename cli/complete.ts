/** What can stand where the cursor is: read off the commands themselves, and asked of the project and of Temporal. */

import type { Command, Option } from "commander";
import { findValues, type Candidate, type Values } from "./complete-values.ts";
import { oneLine } from "./fit.ts";
import type { Terminal } from "./terminal.ts";

/** What stands for the names of files, which the shell knows best. */
const FILES = ":files";

/**
 * The lines that the scripts read: a candidate, a tab, and what it is.
 *
 * @param typed - the words after the program's name; the last is what is being typed.
 */
export async function complete(
  program: Command,
  typed: readonly string[],
  terminal: Terminal,
): Promise<readonly string[]> {
  const current = typed.at(-1) ?? "";
  const place = readPlace(program, typed.slice(0, -1));
  const { isFiles, candidates } = await candidatesFor(place, current, terminal);
  const lines = candidates
    .filter(({ value }) => value.startsWith(current) && oneLine(value) === value)
    .map(({ value, about }) => `${value}\t${oneLine(about)}`);
  return isFiles ? [...lines, FILES] : lines;
}

/** Where in a command the cursor is. */
interface Place {
  readonly command: Command;
  readonly given: readonly string[];
  /** By their long names. */
  readonly options: ReadonlyMap<string, string>;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** After `--` there are no options any more. */
  readonly isPlain: boolean;
}

function readPlace(program: Command, words: readonly string[]): Place {
  let command = program;
  const given: string[] = [];
  const options = new Map<string, string>();
  let pending: Option | undefined;
  let isPlain = false;
  for (const word of words) {
    if (pending !== undefined) {
      options.set(nameOf(pending), word);
      pending = undefined;
    } else if (!isPlain && word === "--") isPlain = true;
    else if (!isPlain && word.startsWith("-")) {
      const [name = "", value] = word.split(/=(.*)/s);
      const option = findOption(command, name);
      if (option === undefined) continue;
      options.set(nameOf(option), value ?? "");
      if (takesValue(option) && value === undefined) pending = option;
    } else {
      const sub = given.length === 0 ? findCommand(command, word) : undefined;
      if (sub === undefined) given.push(word);
      else command = sub;
    }
  }
  return { command, given, options, pending, isPlain };
}

async function candidatesFor(place: Place, current: string, terminal: Terminal): Promise<Values> {
  const { command, given, options, pending, isPlain } = place;
  const request = { command: command.name(), given, options };
  if (pending !== undefined) return valuesOf(pending, request, terminal);
  if (!isPlain && current.startsWith("-")) {
    const [name = "", value] = current.split(/=(.*)/s);
    const option = findOption(command, name);
    if (value === undefined) return { candidates: listOptions(place) };
    if (option === undefined) return { candidates: [] };
    const { isFiles, candidates } = await valuesOf(option, request, terminal);
    const whole = candidates.map((one) => ({ ...one, value: `${name}=${one.value}` }));
    return { candidates: whole, ...(isFiles && { isFiles }) };
  }
  const subcommands = given.length === 0 ? listCommands(command) : [];
  // What begins like a subcommand is hardly meant for anything that would have to be asked for.
  const isMeant = current !== "" && subcommands.some(({ value }) => value.startsWith(current));
  if (isMeant) return { candidates: subcommands };
  const { isFiles, candidates } = await valuesOfArgument(place, request, terminal);
  return { candidates: [...subcommands, ...candidates], ...(isFiles && { isFiles }) };
}

async function valuesOfArgument(
  { command, given }: Place,
  request: Parameters<typeof findValues>[1],
  terminal: Terminal,
): Promise<Values> {
  const all = command.registeredArguments;
  const argument = all[given.length] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
  if (argument === undefined) return { candidates: [] };
  if (argument.argChoices) return { candidates: argument.argChoices.map(withoutWords) };
  return findValues(argument.name(), request, terminal);
}

function valuesOf(
  option: Option,
  request: Parameters<typeof findValues>[1],
  terminal: Terminal,
): Promise<Values> | Values {
  if (option.argChoices) return { candidates: option.argChoices.map(withoutWords) };
  return findValues(nameOf(option), request, terminal);
}

function withoutWords(value: string): Candidate {
  return { value, about: "" };
}

function listCommands(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((sub) => ({ value: sub.name(), about: sub.description() }));
}

/** One that was given is not wanted again, but for those that may be. */
function listOptions({ command, options }: Place): readonly Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => option.variadic || !options.has(nameOf(option)))
    .map((option) => ({ value: nameOf(option), about: option.description }));
}

function findCommand(command: Command, name: string): Command | undefined {
  return command.commands.find((sub) => sub.name() === name || sub.aliases().includes(name));
}

function findOption(command: Command, name: string): Option | undefined {
  return command.options.find(({ long, short }) => name === long || name === short);
}

function nameOf({ long, short }: Option): string {
  return long ?? short ?? "";
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}
