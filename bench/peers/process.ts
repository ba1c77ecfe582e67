/** A peer's server in a process of its own: ready when it answers, ended by whoever started it. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { PeerUnavailable } from "./install.ts";

export interface PeerServer {
  readonly url: string;
  stop(): Promise<void>;
}

interface PeerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
}

/** LiteLLM's takes half a minute on two cores that are not busy. */
const LONGEST_START_MS = 180_000;
const LONGEST_ANSWER_MS = 5_000;
const POLL_MS = 250;
const LAST_WORDS = 300;

/**
 * Starts a server and waits until it answers anything at all.
 *
 * @throws {PeerUnavailable} when it ends before.
 */
export async function startPeerServer(peer: PeerCommand): Promise<PeerServer> {
  const { name, command, args, cwd, env, url } = peer;
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complained = "";
  child.stderr
    .setEncoding("utf8")
    .on("data", (text: string) => void (complained = (complained + text).slice(-LAST_WORDS)));
  const closed = once(child, "close");
  const stop = async (): Promise<void> => {
    child.kill();
    await closed;
  };
  if (await answersInTime(child, url)) return { url, stop };
  await stop();
  throw new PeerUnavailable(`${name} does not start: ${complained.trim()}`);
}

/** `false`: it has ended, or takes too long. */
async function answersInTime(child: ChildProcess, url: string): Promise<boolean> {
  const giveUpAt = Date.now() + LONGEST_START_MS;
  while (child.exitCode === null && Date.now() < giveUpAt) {
    if (await answers(url)) return true;
    await delay(POLL_MS);
  }
  return false;
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(LONGEST_ANSWER_MS) });
    await answer.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
