/** The kit holds only if a broken sink fails it: each one here breaks one promise, and the kit has to say which. */

import { AssertionError } from "node:assert";
import {
  EMPTY_CHAIN,
  headOf,
  seal,
  SinkError,
  type AuditRecord,
  type Checkpoint,
  type ContentStore,
  type KeptContent,
  type RunName,
  type SealedRecord,
  type Sink,
} from "../../plugins/contract.ts";
import { matchesQuery } from "../../plugins/trails/matches-query.ts";
import { sinkContract, type SinkContractOptions } from "../../testing/index.ts";

/** What the sinks of one check share. */
class Place {
  readonly chains = new Map<string, SealedRecord[]>();
  readonly ids = new Set<string>();
  readonly checkpoints: Checkpoint[] = [];
  readonly contents = new Map<string, KeptContent>();
  readonly keptAt = new Map<string, number>();
  readonly erased = new Set<string>();
  readonly held = new Set<string>();
  readonly heads = new Map<string, { size: number; hash: string }>();
  isAway = false;

  look(): void {
    if (this.isAway) throw new SinkError("SINK_AWAY", "away");
  }
}

type Sound = Required<Omit<Sink, "close">>;
type Change = (sound: Sound, place: Place) => Partial<Sink>;

const nameOf = ({ workspace, run }: RunName): string => JSON.stringify([workspace, run]);

function append(place: Place, workspace: string, records: readonly AuditRecord[]): void {
  const chain = place.chains.get(workspace) ?? [];
  const head = place.heads.get(workspace) ?? EMPTY_CHAIN;
  const sealed = seal(head, records);
  place.chains.set(workspace, [...chain, ...sealed]);
  place.heads.set(workspace, headOf(sealed, head));
}

function soundSink(place: Place): Sound {
  return {
    id: "memory",
    async write(workspace, records) {
      place.look();
      const fresh = records.filter(({ id }) => {
        const key = JSON.stringify([workspace, id]);
        return !place.ids.has(key) && place.ids.add(key);
      });
      if (fresh.length > 0) append(place, workspace, fresh);
    },
    async findEnded(workspace, runs) {
      const chain = place.chains.get(workspace) ?? [];
      const ended = new Set(
        chain.filter(({ record }) => record.type === "run.ended").map(({ record }) => record.run),
      );
      return runs.filter((run) => ended.has(run));
    },
    workspaces: async () => [...place.chains.keys()],
    async *read(query) {
      place.look();
      yield* (place.chains.get(query.workspace) ?? []).filter(matchesQuery(query));
    },
    checkpoints: {
      write: async (checkpoint) => void place.checkpoints.push(checkpoint),
      async *read(workspace) {
        const own = place.checkpoints.filter((checkpoint) => checkpoint.workspace === workspace);
        yield* own.toSorted((one, other) => one.size - other.size);
      },
    },
    content: soundContent(place),
    async prune(workspace, before) {
      const chain = place.chains.get(workspace) ?? [];
      const end = chain.findIndex(
        ({ record }) => record.at >= before || place.held.has(nameOf(record)),
      );
      const count = end === -1 ? chain.length : end;
      place.chains.set(workspace, chain.slice(count));
      return count;
    },
  };
}

function soundContent(place: Place): ContentStore {
  const erase = (name: string): void => {
    place.contents.delete(name);
    place.erased.add(name);
  };
  return {
    async keep(run, content) {
      place.look();
      if (place.erased.has(nameOf(run))) return;
      place.contents.set(nameOf(run), content);
      place.keptAt.set(nameOf(run), Date.now());
    },
    find: async (run) => place.contents.get(nameOf(run)),
    async erase(run) {
      place.look();
      if (place.held.has(nameOf(run))) return false;
      erase(nameOf(run));
      return true;
    },
    async prune(workspace, before) {
      const old = [...place.contents.keys()].filter(
        (name) =>
          JSON.parse(name)[0] === workspace &&
          !place.held.has(name) &&
          (place.keptAt.get(name) ?? 0) < Date.parse(before),
      );
      for (const name of old) erase(name);
      return old.length;
    },
    hold: async (run) => void place.held.add(nameOf(run)),
    release: async (run) => void place.held.delete(nameOf(run)),
    isHeld: async (run) => place.held.has(nameOf(run)),
  };
}

function contractOf(change: Change): SinkContractOptions {
  const place = new Place();
  return {
    open() {
      const sound = soundSink(place);
      return { ...sound, ...change(sound, place) };
    },
    away: {
      begin: async () => void (place.isAway = true),
      end: async () => void (place.isAway = false),
    },
    rejectsWithinMs: 200,
  };
}

const content =
  (change: (sound: ContentStore, place: Place) => Partial<ContentStore>): Change =>
  (sound, place) => ({ content: { ...sound.content, ...change(sound.content, place) } });

const MUTANTS: readonly (readonly [name: string, check: string, change: Change])[] = [
  [
    "sorts records",
    "keeps records in their order, as a chain",
    ({ write }) => ({
      write: (workspace, records) =>
        write(
          workspace,
          records.toSorted((a, b) => (a.at < b.at ? -1 : 1)),
        ),
    }),
  ],
  [
    "rounds numbers",
    "gives back a record as it was written",
    ({ write }) => ({
      write: (workspace, records) =>
        write(
          workspace,
          records.map((record) => ({
            ...record,
            attributes: { ...record.attributes, numbers: [0] },
          })),
        ),
    }),
  ],
  [
    "keeps a record twice",
    "keeps a record once, however often it is given",
    (_sound, place) => ({
      write: async (workspace, records) => append(place, workspace, records),
    }),
  ],
  [
    "remembers ids in its own memory",
    "knows a record again long after, when others have written",
    (_sound, place) => {
      const seen = new Set<string>();
      return {
        async write(workspace, records) {
          const fresh = records.filter(({ id }) => !seen.has(id) && seen.add(id));
          if (fresh.length > 0) append(place, workspace, fresh);
        },
      };
    },
  ],
  [
    "keeps records in its own memory",
    "gives another worker what was written, and goes on from there",
    () => soundSink(new Place()),
  ],
  [
    "takes names for one that differ in case",
    "keeps names apart that look alike",
    ({ write, read }) => ({
      write: (workspace, records) => write(workspace.toLowerCase(), records),
      read: (query) => read({ ...query, workspace: query.workspace.toLowerCase() }),
    }),
  ],
  [
    "writes behind an old head",
    "keeps one chain where several workers write at once",
    ({ write }, place) => ({
      async write(workspace, records) {
        const head = place.heads.get(workspace);
        await new Promise((resolve) => setImmediate(resolve));
        place.heads.set(workspace, head ?? EMPTY_CHAIN);
        await write(workspace, records);
      },
    }),
  ],
  [
    "gives what is at the end of a time",
    "reads what a query is for",
    ({ read }) => ({
      read: (query) =>
        read({
          ...query,
          ...(query.to && { to: new Date(Date.parse(query.to) + 1).toISOString() }),
        }),
    }),
  ],
  [
    "takes every run for ended",
    "tells which runs have ended",
    () => ({ findEnded: async (_workspace, runs) => runs }),
  ],
  [
    "begins its chain anew",
    "prunes everything and goes on",
    ({ prune }, place) => ({
      async prune(workspace, before) {
        const count = await prune(workspace, before);
        place.heads.delete(workspace);
        return count;
      },
    }),
  ],
  [
    "prunes old records behind young ones",
    "prunes nothing behind a record that is not old",
    (_sound, place) => ({
      async prune(workspace, before) {
        const chain = place.chains.get(workspace) ?? [];
        const left = chain.filter(({ record }) => record.at >= before);
        place.chains.set(workspace, left);
        return chain.length - left.length;
      },
    }),
  ],
  [
    "prunes what is held",
    "prunes nothing of a run that is held",
    content(() => ({ hold: async () => {} })),
  ],
  [
    "keeps content again that was erased",
    "erases content for good",
    content((_sound, place) => ({
      keep: async (run, kept) => void place.contents.set(nameOf(run), kept),
    })),
  ],
  [
    "erases what is held",
    "erases nothing of a run that is held",
    content((_sound, place) => ({
      erase: async (run) => {
        place.contents.delete(nameOf(run));
        return true;
      },
    })),
  ],
  [
    "says that it erased what is held",
    "erases nothing of a run that is held",
    content((sound) => ({
      erase: async (run) => (await sound.erase(run)) || true,
    })),
  ],
  [
    "gives checkpoints as they came",
    "gives back checkpoints by their sizes",
    (_sound, place) => ({
      checkpoints: {
        write: async (checkpoint) => void place.checkpoints.push(checkpoint),
        async *read(workspace) {
          yield* place.checkpoints.filter((checkpoint) => checkpoint.workspace === workspace);
        },
      },
    }),
  ],
  [
    "shows a record in its error",
    "says soon that it cannot write while it is away, and shows nothing",
    ({ write }, place) => ({
      async write(workspace, records) {
        if (place.isAway) throw new SinkError("SINK_AWAY", JSON.stringify(records));
        await write(workspace, records);
      },
    }),
  ],
  [
    "acknowledges what it has not",
    "says soon that it cannot write while it is away, and shows nothing",
    ({ write }, place) => ({
      write: async (workspace, records) => (place.isAway ? undefined : write(workspace, records)),
    }),
  ],
  [
    "keeps half of what it refuses, under ids it takes for new",
    "has all of a write that was refused, once, when it is given again",
    ({ write }, place) => ({
      async write(workspace, records) {
        if (place.isAway) append(place, workspace, records.slice(0, 2));
        await write(workspace, records);
      },
    }),
  ],
];

function checkNamed(name: string, options: SinkContractOptions): () => Promise<void> {
  const found = sinkContract(options).find((check) => check.name === name);
  if (found === undefined) throw new Error(`There is no check "${name}".`);
  return found.run;
}

it.each(MUTANTS)("finds a sink that %s", async (_name, check, change) => {
  await expect(checkNamed(check, contractOf(change))()).rejects.toBeInstanceOf(AssertionError);
});

it.each(sinkContract(contractOf(() => ({}))).map(({ name, run }) => [name, run] as const))(
  "lets a sound sink pass: %s",
  async (_name, run) => {
    await expect(run()).resolves.toBeUndefined();
  },
);

it("leaves out what a sink does without, and says so", () => {
  const checks = sinkContract({ open: contractOf(() => ({})).open, lacks: ["read", "content"] });

  const skipped = checks
    .filter(({ skip }) => skip !== undefined)
    .map(({ name, skip }) => `${name}: ${skip}`);
  expect(skipped).toContain("erases content for good: it has no content");
  expect(skipped).toContain("keeps records in their order, as a chain: it has no read");
});
