/** A sink that forgets: what it was given, in memory. It can be away. */

import { EMPTY_CHAIN, headOf, seal, type SealedRecord } from "../../audit/chain.ts";
import type { Checkpoint } from "../../audit/checkpoint.ts";
import type { AuditRecord } from "../../audit/record.ts";
import { SinkError, type KeptContent, type Sink } from "../../plugins/sink.ts";

export interface MemorySink extends Required<Omit<Sink, "close">> {
  /** By workspace. */
  readonly chains: ReadonlyMap<string, readonly SealedRecord[]>;
  readonly signed: readonly Checkpoint[];
  readonly contents: ReadonlyMap<string, KeptContent>;
  /** How often it was written to. */
  readonly writes: number;
  /** It rejects everything. */
  isAway: boolean;
  recordsOf(run: string): readonly AuditRecord[];
  /** Resolves once it has the end of the run. */
  untilEnded(run: string): Promise<void>;
}

export function memorySink(id = "memory"): MemorySink {
  const chains = new Map<string, SealedRecord[]>();
  const signed: Checkpoint[] = [];
  const contents = new Map<string, KeptContent>();
  const events = new EventTarget();
  const has = (run: string): boolean => recordsOf(run).some(({ type }) => type === "run.ended");
  const recordsOf = (run: string): readonly AuditRecord[] =>
    [...chains.values()].flat().flatMap(({ record }) => (record.run === run ? [record] : []));
  const present = (): void => {
    if (sink.isAway) throw new SinkError("SINK_AWAY", "It is away.");
  };
  let writes = 0;
  const sink: MemorySink = {
    id,
    chains,
    signed,
    contents,
    isAway: false,
    get writes() {
      return writes;
    },
    recordsOf,
    async untilEnded(run) {
      while (!has(run)) {
        await new Promise((resolve) => events.addEventListener("written", resolve, { once: true }));
      }
    },
    async write(workspace, records) {
      present();
      writes += 1;
      const chain = chains.get(workspace) ?? [];
      const ids = new Set(chains.get(workspace)?.map(({ record }) => record.id));
      const fresh = records.filter((record) => !ids.has(record.id) && ids.add(record.id));
      chains.set(workspace, [...chain, ...seal(headOf(chain, EMPTY_CHAIN), fresh)]);
      events.dispatchEvent(new Event("written"));
    },
    async findEnded(_workspace, runs) {
      present();
      return runs.filter(has);
    },
    async workspaces() {
      present();
      return [...chains.keys()];
    },
    async *read({ workspace, afterSeq = -1 }) {
      present();
      yield* (chains.get(workspace) ?? []).filter(({ seq }) => seq > afterSeq);
    },
    async prune(workspace, before) {
      const chain = chains.get(workspace) ?? [];
      const old = chain.findIndex(({ record }) => record.at >= before);
      const count = old === -1 ? chain.length : old;
      chains.set(workspace, chain.slice(count));
      return count;
    },
    checkpoints: {
      async write(checkpoint) {
        signed.push(checkpoint);
      },
      async *read(workspace) {
        yield* signed.filter((one) => one.workspace === workspace);
      },
    },
    content: {
      async keep({ run }, content) {
        present();
        contents.set(run, content);
      },
      find: async ({ run }) => contents.get(run),
      erase: async ({ run }) => {
        contents.delete(run);
        return true;
      },
      prune: async () => 0,
      async hold() {},
      async release() {},
      isHeld: async () => false,
    },
  };
  return sink;
}
