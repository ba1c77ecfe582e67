/** All processes of a chaos, and the network between them. */

import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import type { WorkflowBundleOption } from "@temporalio/worker";
import { SignalboxClient } from "signalbox/client";
import { Bills } from "./bills.ts";
import type { LinkName } from "./faults.ts";
import { openLink, type Link } from "./link.ts";
import { startRedisProcess, type RedisProcess } from "./redis-process.ts";
import { startTemporalServer, type TemporalServer } from "./temporal-server.ts";
import { startUpstream, type Upstream, type UpstreamOptions } from "./upstream.ts";
import type { ServiceSettings, WorkerSettings } from "./worker-settings.ts";
import { KeptWorker, logIn, startWorkerProcess, type WorkerProcess } from "./workers.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly workers: number;
  /** `worker-process.js`, built. */
  readonly script: URL;
  readonly bundle: Extract<WorkflowBundleOption, { readonly code: string }>;
  /** Told what is left out. */
  readonly onNotice: (line: string) => void;
  /** A test's: how calls are answered. Default: drawn from the seed. */
  readonly temper?: UpstreamOptions["temper"];
  /** Whether workers share what they learn. Default: `true`. */
  readonly hasRedis?: boolean;
}

export interface World {
  /** For what workers print, the journal and Temporal's database. Stays until `close`. */
  readonly folder: string;
  readonly bills: Bills;
  readonly temporal: TemporalServer;
  /** Absent: not installed. */
  readonly redis: RedisProcess | undefined;
  readonly links: ReadonlyMap<LinkName, Link>;
  readonly services: Readonly<Record<ServiceId, Upstream>>;
  readonly workers: readonly KeptWorker[];
  /** A worker that nobody starts again. `more`: what it is told beside the rest. */
  startWorker(worker: number, more?: Partial<WorkerSettings>): WorkerProcess;
  /** Over a link of its own. */
  readonly client: SignalboxClient;
  /** Straight to Temporal, to look at what came of it. */
  openInspector(): Promise<Inspector>;
  close(): Promise<void>;
}

/** A connection that no fault touches. */
export interface Inspector {
  readonly temporal: Client;
  readonly client: SignalboxClient;
  close(): Promise<void>;
}

/** One honours idempotency keys, the other one does not know them. */
export type ServiceId = "keyed" | "plain";

export const TASK_QUEUE = "chaos";

/** Starts everything but the workers, which are there to be started. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-chaos-"));
  await mkdir(join(folder, "redis"));
  const bundle = join(folder, "graphs.js");
  await writeFile(bundle, options.bundle.code);
  const bills = new Bills();
  const base = { seed: options.seed, bills, ...(options.temper && { temper: options.temper }) };
  const keyed = await startUpstream({ ...base, id: "keyed", honoursKeys: true });
  const plain = await startUpstream({ ...base, id: "plain", honoursKeys: false });
  const redis = await openRedis(join(folder, "redis"), options);
  const temporal = await startTemporalServer(folder);
  const links = await openLinks(options.workers, { temporal, redis, keyed, plain });
  const settings = {
    taskQueue: TASK_QUEUE,
    bundle,
    journal: journalIn(folder),
    audit: auditIn(folder),
  };
  const startWorker: World["startWorker"] = (worker, more) =>
    startWorkerProcess(
      { ...settings, ...placeOf(worker, links), ...more },
      { script: options.script, log: logIn(folder, worker) },
    );
  const workers = Array.from(
    { length: options.workers },
    (_, worker) => new KeptWorker(() => startWorker(worker)),
  );
  const client = await connectClient(addressOf(links, "client–Temporal"));
  return {
    folder,
    bills,
    temporal,
    redis,
    links,
    services: { keyed, plain },
    workers,
    startWorker,
    client: client.client,
    openInspector: () => connectClient(`127.0.0.1:${temporal.port}`),
    async close() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await client.close();
      await Promise.all([...links.values()].map((link) => link.close()));
      await Promise.all([temporal.kill(), redis?.stop(), keyed.stop(), plain.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Ends {
  readonly temporal: TemporalServer;
  readonly redis: RedisProcess | undefined;
  readonly keyed: Upstream;
  readonly plain: Upstream;
}

async function openLinks(
  workers: number,
  { temporal, redis, keyed, plain }: Ends,
): Promise<ReadonlyMap<LinkName, Link>> {
  const ends: (readonly [LinkName, number])[] = [
    ["client–Temporal", temporal.port],
    ["workers–keyed", keyed.port],
    ["workers–plain", plain.port],
    ...(redis ? [["workers–Redis", redis.port] as const] : []),
    ...Array.from(
      { length: workers },
      (_, worker) => [`worker ${worker}–Temporal`, temporal.port] as const,
    ),
  ];
  return new Map(
    await Promise.all(ends.map(async ([name, port]) => [name, await openLink(port)] as const)),
  );
}

function addressOf(links: ReadonlyMap<LinkName, Link>, name: LinkName): string {
  return `127.0.0.1:${links.get(name)?.port}`;
}

async function openRedis(
  folder: string,
  { hasRedis = true, onNotice }: WorldOptions,
): Promise<RedisProcess | undefined> {
  if (!hasRedis) return undefined;
  const redis = await startRedisProcess(folder);
  if (redis === undefined) onNotice("redis-server is not installed: its faults are left out");
  return redis;
}

/** What a worker finds at the ends of its links. */
function placeOf(
  worker: number,
  links: ReadonlyMap<LinkName, Link>,
): Pick<WorkerSettings, "temporal" | "services" | "redis"> {
  const service = (id: ServiceId, honoursKeys: boolean): ServiceSettings => ({
    id,
    baseURL: `http://${addressOf(links, `workers–${id}`)}/v1`,
    honoursKeys,
  });
  return {
    temporal: addressOf(links, `worker ${worker}–Temporal`),
    services: [service("keyed", true), service("plain", false)],
    ...(links.has("workers–Redis") && { redis: `redis://${addressOf(links, "workers–Redis")}` }),
  };
}

/** The folder of the journal that all workers share. */
export function journalIn(folder: string): string {
  return join(folder, "journal");
}

/** The folder of the audit trail that all workers share. */
export function auditIn(folder: string): string {
  return join(folder, "audit");
}

async function connectClient(address: string): Promise<Inspector> {
  const connection = await Connection.connect({ address });
  const temporal = new Client({ connection, namespace: "default" });
  const client = new SignalboxClient({ temporal, taskQueue: TASK_QUEUE });
  return { temporal, client, close: () => connection.close() };
}
