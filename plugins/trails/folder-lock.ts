/** Lets one process at a time write to a folder; one that was killed holds up nobody. */

import { randomUUID } from "node:crypto";
import {
  link,
  mkdir,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  type FileHandle,
} from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { SinkError } from "../contract.ts";
import { codeOf, unlessMissing } from "./file-failure.ts";
import { isRunning, thisProcess, type ProcessName } from "./this-process.ts";

/** The lock, while it is held. */
export interface Lease {
  /** Higher with each time that somebody takes the lock: if it is one more than that of your last, nobody was between. */
  readonly number: number;
  /** What the one before has not finished, as it died or does not answer. Absent: it has finished. */
  readonly left?: Left;
  /** Writes down what is about to be done, for whoever finds it unfinished. Once. */
  note(text: string): Promise<void>;
  /** `false`: somebody has taken it away, as this process was not heard of for too long. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
  /** In place of releasing it: what was noted is half done, and could not be undone. */
  abandon(): Promise<void>;
}

export interface Left {
  /** What it had noted. `""`: nothing. */
  readonly note: string;
  /** It is surely gone. If not, it may wake up and go on to write. */
  readonly isGone: boolean;
}

const NAME = /^(\d+)\.(held|free|left)$/;
/** Of the locks that this thread holds, one list however often this file is loaded: what is not in it was left behind. */
const HELD = Symbol.for("signalbox.heldLocks");
/** One that cannot be looked for counts as gone after so long. What it then still does is noticed: see {@link Left.isGone}. */
const SILENT_MS = 10_000;
const PAUSE_MS = 5;

/**
 * The state is the file with the highest number: `7.held`, with who holds it, `7.free`, or `7.left`, with what is half done. To take the lock is to make `8.held`, which
 * the file system lets one alone do. Numbers only rise, so that one who is late takes none that is another's.
 *
 * @throws {SinkError} SINK_AWAY when it is not to be had in time; errors of the file system as they are.
 */
export async function takeLock(folder: string, timeoutMs: number): Promise<Lease> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- The next try is for the case that this one fails.
    const lease = await tryLock(folder);
    if (lease !== undefined) return lease;
    if (performance.now() > endsAt) {
      const held = "another process is at it, and does not end";
      throw new SinkError("SINK_AWAY", `The audit trail cannot be used: ${held}.`);
    }
    // oxlint-disable-next-line no-await-in-loop -- As above.
    await wait(PAUSE_MS * (0.5 + Math.random()));
  }
}

/** How the lock stands, for one who cannot take it. */
export interface LockMark {
  readonly number: number;
  /** `"free"` also where nobody has ever taken it. */
  readonly state: string;
  /** What its holder is about to do. */
  readonly note: string;
}

export async function lookAtLock(folder: string): Promise<LockMark> {
  const names = (await unlessMissing(readdir(folder))) ?? [];
  const marks = marksOf(names).toSorted((one, other) => other.number - one.number);
  const [top] = marks;
  if (top === undefined) return { number: 0, state: "free", note: "" };
  const held = marks.find(({ number, state }) => number === top.number && state !== "free");
  if (held === undefined) return { number: top.number, state: "free", note: "" };
  const text = (await unlessMissing(readFile(join(folder, held.name), "utf8"))) ?? "";
  return { number: top.number, state: held.state, note: text.split("\n", 2)[1] ?? "" };
}

async function tryLock(folder: string): Promise<Lease | undefined> {
  const names = await listNames(folder);
  const highest = Math.max(0, ...names.map(({ number }) => number));
  const state = names.find(({ number, state: is }) => number === highest && is !== "free")?.state;
  const left = state === undefined ? undefined : await readLeft(folder, `${highest}.${state}`);
  if (state !== undefined && left === undefined) return undefined;
  const number = highest + 1;
  const path = join(folder, `${number}.held`);
  const made = await makeHeld(folder, path);
  if (made === undefined) return undefined;
  const all = await listNames(folder);
  // What was looked at is long gone: others were there meanwhile.
  if (
    all.some(
      (other) => other.number > number || (other.number === number && other.state !== "held"),
    )
  ) {
    heldLocks().delete(made.token);
    await made.file.close();
    await rm(path, { force: true });
    return undefined;
  }
  await Promise.all(
    all
      .filter((other) => other.number < number)
      .map((other) => rm(join(folder, other.name), { force: true })),
  );
  return leaseOf({ folder, number, ...made }, left);
}

interface Held {
  readonly folder: string;
  readonly number: number;
  /** Unlike any other's. */
  readonly token: string;
  readonly file: FileHandle;
  /** Where its note begins. */
  readonly bytes: number;
}

function leaseOf({ folder, number, token, file, bytes }: Held, left: Left | undefined): Lease {
  const path = join(folder, `${number}.held`);
  let isOver = false;
  const end = async (state: "free" | "left"): Promise<void> => {
    if (isOver) return;
    isOver = true;
    heldLocks().delete(token);
    await file.close();
    // Gone, if somebody has taken it away.
    await rename(path, join(folder, `${number}.${state}`)).catch(() => undefined);
  };
  return {
    number,
    ...(left !== undefined && { left }),
    async note(text) {
      await file.write(Buffer.from(text), 0, null, bytes);
    },
    async isHeld() {
      return stat(path).then(
        () => true,
        () => false,
      );
    },
    release: () => end("free"),
    abandon: () => end("left"),
  };
}

interface Name {
  readonly name: string;
  readonly number: number;
  readonly state: string;
}

async function listNames(folder: string): Promise<readonly Name[]> {
  let names: readonly string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return [];
  }
  return marksOf(names);
}

function marksOf(names: readonly string[]): readonly Name[] {
  return names.flatMap((name) => {
    const [, number, state = ""] = NAME.exec(name) ?? [];
    return number === undefined ? [] : [{ name, number: Number(number), state }];
  });
}

/** With who holds it from the first moment on. `undefined`: another one was quicker. */
async function makeHeld(
  folder: string,
  path: string,
): Promise<Omit<Held, "folder" | "number"> | undefined> {
  const token = randomUUID();
  const unfinished = join(folder, token);
  const file = await open(unfinished, "wx", 0o600);
  try {
    const owner = Buffer.from(`${JSON.stringify({ ...(await thisProcess()), token })}\n`);
    await file.writeFile(owner);
    heldLocks().add(token);
    await link(unfinished, path);
    return { token, file, bytes: owner.length };
  } catch (error) {
    heldLocks().delete(token);
    await file.close();
    if (codeOf(error) === "EEXIST") return undefined;
    throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** `undefined`: whoever holds it is well. */
async function readLeft(folder: string, name: string): Promise<Left | undefined> {
  const path = join(folder, name);
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
    const [owner = "", note = ""] = text.split("\n", 2);
    if (name.endsWith("left")) return { note, isGone: true };
    const isSilent = Date.now() - mtimeMs > SILENT_MS;
    const running = await holds(ownerOf(owner));
    if (running === true || (running === "unknown" && !isSilent)) return undefined;
    return { note, isGone: running === false };
  } catch (error) {
    // Released just now.
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

interface Owner extends ProcessName {
  readonly token: string;
}

async function holds(owner: Owner): Promise<boolean | "unknown"> {
  const { place, pid, began, thread } = await thisProcess();
  const isOwn = owner.place === place && owner.pid === pid && owner.began === began;
  if (isOwn && owner.thread === thread) return heldLocks().has(owner.token);
  return isRunning(owner);
}

/** After a loss of power a file may be empty, or of zeros. */
function ownerOf(line: string): Owner {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Written by this file.
    return JSON.parse(line) as Owner;
  } catch {
    return { place: "", pid: 0, thread: 0, began: "", token: "" };
  }
}

function heldLocks(): Set<string> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Nobody else has the symbol.
  const place = globalThis as { [HELD]?: Set<string> };
  return (place[HELD] ??= new Set());
}
