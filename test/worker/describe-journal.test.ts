/** What `doctor` says of a journal: whether it gives back what it is given, and nothing that it should not show. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { JournalError } from "../../plugins/contract.ts";
import { fileJournal } from "../../plugins/journals/files.ts";
import { describeJournal } from "../../worker/describe-journal.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-journal-"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it("finds one that works well, and closes it", async () => {
  const close = jest.fn(async () => {});
  const journal = fileJournal({ folder });

  const status = await describeJournal({
    journal: {
      read: (key) => journal.read(key),
      write: (...entry) => journal.write(...entry),
      close,
    },
  });

  expect(status).toEqual({ status: "well", durationMs: expect.any(Number) });
  expect(close).toHaveBeenCalledTimes(1);
});

it("says that there is none", async () => {
  expect(await describeJournal({ journal: false })).toEqual({ status: "off" });
});

it.each([
  [
    "refuses",
    async () => Promise.reject(new JournalError("JOURNAL_AWAY", "Redis is away.")),
    "JOURNAL_AWAY: Redis is away.",
  ],
  [
    "throws what is not ours",
    async () => Promise.reject(new Error("canary")),
    'It failed with "Error".',
  ],
  ["forgets", async () => undefined, "It does not give back what it was given."],
])("says why one fails that %s", async (_name, read, message) => {
  const journal = { read, write: async () => {} };

  expect(await describeJournal({ journal })).toEqual({ status: "failing", message });
});

it("names the code of a folder that cannot be written to", async () => {
  await writeFile(join(folder, "file"), "");

  const { message } = await describeJournal({
    journal: fileJournal({ folder: join(folder, "file") }),
  });

  expect(message).toMatch(/^It failed with (EEXIST|ENOTDIR)\.$/);
});
