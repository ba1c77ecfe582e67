/** What encryption and putting aside cost: one payload encoded and decoded, and one written to a file and read. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { openDataConverter } from "../payloads/data-converter.ts";
import { makeEncryptionKey } from "../payloads/encryption-keys.ts";
import { fileStore } from "../payloads/file-store.ts";
import { summarise, type Timing } from "./measure.ts";
import type { Result } from "./result.ts";

const SIZES = [
  { name: "1 KiB", bytes: 1_024, samples: 2_000 },
  { name: "64 KiB", bytes: 65_536, samples: 500 },
  { name: "1 MiB", bytes: 1_048_576, samples: 50 },
] as const;

type Size = (typeof SIZES)[number];

export async function measurePayloads(): Promise<readonly Result[]> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-bench-payloads-"));
  try {
    const results: Result[] = [];
    for (const size of SIZES) results.push(await measureEncryption(size));
    for (const size of SIZES) results.push(await measureFiles(size, folder));
    return results;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureEncryption({ name, bytes, samples }: Size): Promise<Result> {
  const { key } = makeEncryptionKey("bench");
  const { payloadCodecs } = openDataConverter({ encryptionKeys: [key], payloads: "off" });
  const payload = payloadOf(bytes);
  const timing = await timeAll(samples, async () => {
    for (const codec of payloadCodecs) await codec.decode(await codec.encode([payload]));
  });
  return { name: `encrypt and decrypt a payload of ${name}`, figures: { ...timing } };
}

/** Written as it is for good: with what brings it to the disk. */
async function measureFiles({ name, bytes, samples }: Size, folder: string): Promise<Result> {
  const store = fileStore(folder);
  const payload = payloadOf(bytes);
  const target = { kind: "workflow", namespace: "bench", id: name } as const;
  const timing = await timeAll(Math.min(samples, 100), async () => {
    await store.retrieve({}, await store.store({ target }, [payload]));
  });
  return { name: `put aside in a file and read a payload of ${name}`, figures: { ...timing } };
}

function payloadOf(bytes: number): { metadata: Record<string, Uint8Array>; data: Uint8Array } {
  return { metadata: { encoding: Buffer.from("json/plain") }, data: Buffer.alloc(bytes, "text ") };
}

/** As `time`, of work that is waited for. */
async function timeAll(samples: number, work: () => Promise<void>): Promise<Timing> {
  for (let count = 0; count < samples; count++) await work();
  const timesMs: number[] = [];
  for (let count = 0; count < samples; count++) {
    const startedAt = performance.now();
    await work();
    timesMs.push(performance.now() - startedAt);
  }
  return summarise(timesMs);
}
