/** `signalbox approve` and `signalbox send`: take a decision or an event to a run that waits for it. */

import { userInfo } from "node:os";
import type { Command } from "commander";
import { ClientError, isClientError } from "../client/client-error.ts";
import type { OpenStep } from "../client/index.ts";
import type { SignalboxClient } from "../client/signalbox-client.ts";
import { withClient } from "./connect.ts";
import { oneLine } from "./fit.ts";
import { nearestOf } from "./nearest.ts";
import { readJson } from "./read-json.ts";
import { describeWaiting } from "./step-details.ts";
import { printJson, type Terminal } from "./terminal.ts";

interface DeliverOptions {
  readonly by?: string;
  readonly comment?: string;
  readonly json?: boolean;
}

export function addApprove(program: Command, terminal: Terminal): void {
  addSenderOptions(program.command("approve"))
    .description("decide what a run waits for")
    .requiredOption("--decision <decision>", "a file, JSON, or - for standard input")
    .action(async (run: string, step: string, options: DeliverOptions & { decision: string }) => {
      const value = await readJson(options.decision, "--decision", terminal);
      await deliver({ kind: "approval", run, step, value }, options, terminal);
    });
}

export function addSend(program: Command, terminal: Terminal): void {
  addSenderOptions(program.command("send"))
    .description("send the event that a run waits for")
    .requiredOption("--event <event>", "a file, JSON, or - for standard input")
    .action(async (run: string, step: string, options: DeliverOptions & { event: string }) => {
      const value = await readJson(options.event, "--event", terminal);
      await deliver({ kind: "event", run, step, value }, options, terminal);
    });
}

function addSenderOptions(command: Command): Command {
  return command
    .argument("<run>", "the run's id")
    .argument("<step>", 'the step that waits, such as "signoff" or "files[2]/check"')
    .option("--by <name>", "who says so, for the record (default: your name on this machine)")
    .option("--comment <text>", "what goes on record with it")
    .option("--json", "print JSON");
}

interface Letter {
  readonly kind: OpenStep["kind"];
  readonly run: string;
  readonly step: string;
  readonly value: unknown;
}

async function deliver(
  letter: Letter,
  { by = nameOfUser(), comment, json }: DeliverOptions,
  terminal: Terminal,
): Promise<void> {
  const { kind, run, step, value } = letter;
  const sender = { ...(by !== undefined && { by }), ...(comment !== undefined && { comment }) };
  await withClient(terminal, async ({ client }) => {
    try {
      if (kind === "approval") await client.decide(run, step, value, sender);
      else await client.sendEvent(run, step, value, sender);
    } catch (error) {
      throw (await explain(error, letter, client)) ?? error;
    }
  });
  if (json) return printJson(terminal, { run, step, ...sender });
  const what = kind === "approval" ? "decided" : "sent";
  terminal.print(`${what}: step "${oneLine(step)}" of run "${oneLine(run)}" goes on`);
}

/** Where the step does not wait: what does, and what that shows to whoever decides. */
async function explain(
  error: unknown,
  { kind, run, step }: Letter,
  client: SignalboxClient,
): Promise<Error | undefined> {
  if (!isClientError(error, "CLIENT_STEP_NOT_OPEN")) return undefined;
  const waiting = await client.openSteps(run).catch((): readonly OpenStep[] => []);
  if (waiting.length === 0) return undefined;
  const nearest = nearestOf(
    step,
    waiting.filter((open) => open.kind === kind).map((open) => open.step),
  );
  const guess = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  const lines = waiting.flatMap((open) => [
    `\n  ${oneLine(open.step)}`,
    ...describeWaiting(run, open).map(({ text }) => `\n    ${text}`),
  ]);
  return new ClientError("CLIENT_STEP_NOT_OPEN", `${error.message}${guess}${lines.join("")}`, {
    cause: error,
  });
}

function nameOfUser(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry, as in containers.
    return undefined;
  }
}
