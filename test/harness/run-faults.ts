/** Runs the tables of faults through the whole engine: a primary that misbehaves, a backup that answers well. */

import { performance } from "node:perf_hooks";
import type { AnyGraph } from "../../graph/graph.ts";
import type { Run } from "../../client/run.ts";
import { openaiCompatible } from "../../plugins/providers/openai-compatible.ts";
import { defineConfig, defineTool, type Config } from "../../worker/config.ts";
import type { SignalboxClient } from "../../client/signalbox-client.ts";
import { findAccount } from "../fixtures/every-verb.ts";
import { startFakeOpenAI, type FakeOpenAI } from "./fake-openai.ts";
import { FAULT_REPLY, type Fault } from "./faults.ts";
import { closedPort } from "./scripted-server.ts";

export const BACKUP_REPLY = "from the backup";

/** How a run with a fault ended. */
export interface FaultRun {
  readonly fault: Fault;
  readonly run: Run;
  /** `"silently bad"`: it completed with neither the primary's good reply nor the backup's. */
  readonly outcome: "recovered" | "taken" | "failed" | "silently bad";
  readonly durationMs: number;
}

export interface FaultyUpstream {
  readonly server: FakeOpenAI;
  /** `writer` has the primary and the backup; `small`, which the fixtures name, the backup. */
  readonly config: Config;
}

/** The fault is chosen by the prompt, which is its index in the table; `"refused"` needs a port that nobody listens on. */
export async function startFaultyUpstream(faults: readonly Fault[]): Promise<FaultyUpstream> {
  const server = await startFakeOpenAI(({ body, lastUserMessage }) => {
    const fault = faults[Number.parseInt(lastUserMessage, 10)];
    if (body.model === "backup" || fault === undefined || fault.wire === "refused") {
      return { content: BACKUP_REPLY };
    }
    return { wire: fault.wire };
  });
  const nowhere = `http://127.0.0.1:${await closedPort()}/v1`;
  return {
    server,
    config: defineConfig({
      providers: [
        openaiCompatible({ id: "up", baseURL: server.url }),
        openaiCompatible({ id: "nowhere", baseURL: nowhere }),
      ],
      models: {
        writer: ["up/primary", "up/backup"],
        small: ["nowhere/primary", "up/backup"],
      },
      tools: {
        findAccount: defineTool({ ...findAccount, run: async () => ({ balance: 1 }) }),
      },
    }),
  };
}

/** Runs one fault to its end. `graphs`: for an upstream that listens, and for one that does not. */
export async function runFault(
  client: SignalboxClient,
  graphs: { readonly up: AnyGraph; readonly nowhere: AnyGraph },
  fault: Fault,
  index: number,
): Promise<FaultRun> {
  const graph = fault.wire === "refused" ? graphs.nowhere : graphs.up;
  const startedAt = performance.now();
  const id = await client.start(graph, { say: `${index}` });
  await client.waitUntilClosed(id);
  const durationMs = Math.round(performance.now() - startedAt);
  const run = await client.get(id);
  return { fault, run, outcome: outcomeOf(run), durationMs };
}

function outcomeOf({ status, result }: Run): FaultRun["outcome"] {
  if (status !== "completed") return "failed";
  if (result === BACKUP_REPLY) return "recovered";
  return result === FAULT_REPLY ? "taken" : "silently bad";
}
