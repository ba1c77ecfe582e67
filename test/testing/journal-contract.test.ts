/** The kit holds only if a broken journal fails it: each one here breaks one promise, and the kit has to say which. */

import { AssertionError } from "node:assert";
import { createServer } from "node:net";
import type { AttemptJournal } from "../../plugins/contract.ts";
import { journalContract, type JournalContractOptions } from "../../testing/index.ts";

/** What the journals of one check share. */
interface Place {
  readonly entries: Map<string, string>;
  isAway: boolean;
}

/** As functions, to take apart. */
interface Sound {
  readonly read: (key: string) => Promise<string | undefined>;
  readonly write: (key: string, entry: string) => Promise<void>;
}

type Change = (sound: Sound, place: Place) => Partial<AttemptJournal>;

function soundJournal(place: Place): Sound {
  const look = (): void => {
    if (place.isAway) throw new Error("away");
  };
  return {
    async read(key) {
      look();
      return place.entries.get(key);
    },
    async write(key, entry) {
      look();
      place.entries.set(key, entry);
    },
  };
}

function contractOf(change: Change): JournalContractOptions {
  const place: Place = { entries: new Map(), isAway: false };
  return {
    open() {
      const sound = soundJournal(place);
      return { ...sound, ...change(sound, place) };
    },
    away: {
      begin: async () => void (place.isAway = true),
      end: async () => void (place.isAway = false),
    },
    rejectsWithinMs: 200,
  };
}

/** Other keys than those that are given. */
function keyed(change: (key: string) => string): Change {
  return ({ read, write }) => ({
    read: (key) => read(change(key)),
    write: (key, entry) => write(change(key), entry),
  });
}

/** Other entries than those that were written. */
function reading(change: (entry: string) => string | undefined): Change {
  return ({ read }) => ({
    async read(key) {
      const entry = await read(key);
      return entry === undefined ? undefined : change(entry);
    },
  });
}

const never = new Promise<never>(() => {});

const MUTANTS: readonly (readonly [name: string, check: string, change: Change])[] = [
  [
    "makes entries up",
    "knows nothing of what was never written",
    ({ read }) => ({ read: async (key) => (await read(key)) ?? "" }),
  ],
  [
    "trims what it gives",
    "gives back an entry as it was written",
    reading((entry) => entry.trim()),
  ],
  [
    "takes nothing for no entry",
    "gives back an entry as it was written",
    reading((entry) => (entry === "" ? undefined : entry)),
  ],
  [
    "cuts an entry at a zero",
    "gives back an entry as it was written",
    reading((entry) => entry.split("\u0000")[0]),
  ],
  [
    "keeps entries in its own memory",
    "gives it to another worker as soon as it is written",
    () => soundJournal({ entries: new Map(), isAway: false }),
  ],
  [
    "remembers that it found nothing",
    "gives it to another worker as soon as it is written",
    ({ read }) => {
      const seen = new Map<string, string | undefined>();
      return {
        async read(key) {
          if (!seen.has(key)) seen.set(key, await read(key));
          return seen.get(key);
        },
      };
    },
  ],
  [
    "says that it has written before it has",
    "gives it to another worker as soon as it is written",
    ({ write }) => ({
      write: async (key, entry) => void setTimeout(() => void write(key, entry), 5),
    }),
  ],
  [
    "forgets all when it is closed",
    "gives it after the worker that wrote it has stopped",
    (_sound, { entries }) => ({ close: async () => entries.clear() }),
  ],
  [
    "keeps the first entry of a key",
    "keeps the last entry of a key",
    ({ write }, { entries }) => ({
      write: async (key, entry) => (entries.has(key) ? undefined : write(key, entry)),
    }),
  ],
  ["knows no case", "keeps keys apart that look alike", keyed((key) => key.toLowerCase())],
  ["trims keys", "keeps keys apart that look alike", keyed((key) => key.trim())],
  ["cuts long keys", "keeps keys apart that look alike", keyed((key) => key.slice(0, 255))],
  ["normalises keys", "keeps keys apart that look alike", keyed((key) => key.normalize())],
  [
    "has room for 1 MB",
    "keeps an entry of 8 MiB",
    ({ write }) => ({ write: (key, entry) => write(key, entry.slice(0, 1_000_000)) }),
  ],
  [
    "loses what is written meanwhile",
    "keeps 200 entries at once, each its own",
    (_sound, { entries }) => ({
      async write(key, entry) {
        // All in one file, as some would: read, changed, written back.
        const all = new Map(entries);
        await new Promise((resolve) => setTimeout(resolve, 1));
        entries.clear();
        for (const [name, value] of all.set(key, entry)) entries.set(name, value);
      },
    }),
  ],
  [
    "writes in pieces",
    "has one whole entry where two are written at once",
    (_sound, { entries }) => ({
      async write(key, entry) {
        entries.set(key, "");
        for (let from = 0; from < entry.length; from += 10_000) {
          await new Promise((resolve) => setImmediate(resolve));
          entries.set(key, (entries.get(key) ?? "") + entry.slice(from, from + 10_000));
        }
      },
    }),
  ],
  ["never closes", "closes before it was used", () => ({ close: () => never })],
  [
    "knows nothing while it is away",
    "says soon that it cannot read while it is away",
    ({ read }) => ({ read: (key) => read(key).catch(() => undefined) }),
  ],
  [
    "waits until it is back",
    "says soon that it cannot read while it is away",
    ({ read }, place) => ({ read: (key) => (place.isAway ? never : read(key)) }),
  ],
  [
    "takes what it cannot keep",
    "says soon that it cannot write while it is away",
    ({ write }) => ({ write: (key, entry) => write(key, entry).catch(() => undefined) }),
  ],
  [
    "does not open while it is away",
    "opens while it is away",
    (_sound, place) => {
      if (place.isAway) throw new Error("no server");
      return {};
    },
  ],
  [
    "does not come back",
    "opens while it is away",
    ({ read }) => {
      let isBroken = false;
      return {
        async read(key) {
          if (isBroken) throw new Error("broken");
          try {
            return await read(key);
          } catch (error) {
            isBroken = true;
            throw error;
          }
        },
        write: async () => {
          throw new Error("broken");
        },
      };
    },
  ],
];

it("passes a journal that keeps the contract", async () => {
  const checks = journalContract(contractOf(() => ({})));

  for (const { run } of checks) await run();

  expect(checks.length).toBeGreaterThan(12);
});

it.each(MUTANTS)("says of a journal that %s: not %j", async (_name, wanted, change) => {
  const check = journalContract(contractOf(change)).find(({ name }) => name === wanted);

  await expect(check?.run()).rejects.toBeInstanceOf(AssertionError);
});

it("says of a journal that keeps a socket and a timer what it has left", async () => {
  const listening = createServer();
  let timer: ReturnType<typeof setInterval> | undefined;
  const contract = contractOf(({ write }) => ({
    async write(key, entry) {
      timer ??= setInterval(() => {}, 60_000);
      if (!listening.listening) await new Promise<void>((resolve) => listening.listen(0, resolve));
      await write(key, entry);
    },
  }));
  const check = journalContract(contract).find(({ name }) => name.startsWith("leaves no socket"));

  const error: unknown = await check?.run().catch((reason: unknown) => reason);
  clearInterval(timer);
  listening.close();

  expect(error).toBeInstanceOf(AssertionError);
  expect(String(error)).toMatch(/Timeout/);
  expect(String(error)).toMatch(/TCPServerWrap|TCPSERVERWRAP/);
});

it("leaves out what nothing takes away, and says why", () => {
  const { away: _away, ...contract } = contractOf(() => ({}));

  const skipped = journalContract(contract).filter(({ skip }) => skip !== undefined);

  expect(skipped).toHaveLength(4);
});
