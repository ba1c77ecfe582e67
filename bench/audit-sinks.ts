/** How fast the audit trail is kept: records a second, with many runs that write at once and with one after the other. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { AuditRecord } from "../audit/record.ts";
import type { Sink } from "../plugins/contract.ts";
import { jsonlSink } from "../plugins/sinks/jsonl.ts";
import { postgresSink } from "../plugins/sinks/postgres.ts";
import type { Result } from "./result.ts";

/** As many as a run of three steps has. */
const OF_ONE_RUN = 20;
const RUNS = 500;
const AT_ONCE = 50;
const RUNS_ALONE = 50;

export async function measureAuditSinks(): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-audit-"));
  try {
    return [
      await measureSink("JSONL", jsonlSink({ folder: join(folder, "flushed") })),
      await measureSink(
        "JSONL without flush",
        jsonlSink({ folder: join(folder, "plain"), flush: false }),
      ),
      await measurePostgres(process.env["BENCH_POSTGRES_URL"]),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measurePostgres(url: string | undefined): Promise<Result> {
  if (url !== undefined) return measureSink("PostgreSQL", postgresSink({ url }));
  const skipped = "set BENCH_POSTGRES_URL to a database";
  return { name: "audit records kept by PostgreSQL", figures: {}, skipped };
}

async function measureSink(name: string, sink: Sink): Promise<Result> {
  const workspace = `bench-${Date.now()}`;
  await sink.write(workspace, recordsOf(workspace, "warm-up"));
  const cpuBefore = process.cpuUsage();
  const manyMs = await timeRuns(sink, { workspace, runs: RUNS, atOnce: AT_ONCE });
  const { user, system } = process.cpuUsage(cpuBefore);
  const aloneMs = await timeRuns(sink, { workspace, runs: RUNS_ALONE, atOnce: 1 });
  const endedMs = await timeFinding(sink, workspace);
  await sink.close?.();
  return {
    name: `audit records kept by ${name}, ${OF_ONE_RUN} a run`,
    figures: {
      recordsPerSecond50AtOnce: Math.round((RUNS * OF_ONE_RUN * 1_000) / manyMs),
      recordsPerSecondOneAfterTheOther: Math.round((RUNS_ALONE * OF_ONE_RUN * 1_000) / aloneMs),
      cpuMicrosecondsPerRecord: Math.round((user + system) / (RUNS * OF_ONE_RUN)),
      findEndedOf1000RunsMs: Math.round(endedMs * 10) / 10,
    },
  };
}

interface Load {
  readonly workspace: string;
  readonly runs: number;
  readonly atOnce: number;
}

async function timeRuns(sink: Sink, { workspace, runs, atOnce }: Load): Promise<number> {
  const names = Array.from({ length: runs }, (_, run) => `${atOnce}-${run}`);
  const startedAt = performance.now();
  const write = async (): Promise<void> => {
    for (let run = names.pop(); run !== undefined; run = names.pop())
      await sink.write(workspace, recordsOf(workspace, run));
  };
  await Promise.all(Array.from({ length: atOnce }, write));
  return performance.now() - startedAt;
}

async function timeFinding(sink: Sink, workspace: string): Promise<number> {
  const runs = Array.from({ length: 1_000 }, (_, run) => `${AT_ONCE}-${run}`);
  const startedAt = performance.now();
  await sink.findEnded?.(workspace, runs);
  return performance.now() - startedAt;
}

function recordsOf(workspace: string, run: string): readonly AuditRecord[] {
  return Array.from({ length: OF_ONE_RUN }, (_, event) => ({
    id: `${run}#${event}`,
    at: new Date().toISOString(),
    type: event === OF_ONE_RUN - 1 ? "run.ended" : "attempt.ended",
    workspace,
    run,
    attributes: {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "openai/gpt-5-mini",
      "gen_ai.usage.input_tokens": 1_200,
      "gen_ai.usage.output_tokens": 300,
      "signalbox.step": "draft",
      "signalbox.cost_nano_usd": 123_400,
      "signalbox.reply.hmac": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    },
  }));
}
