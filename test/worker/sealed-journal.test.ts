/** The journal with encryption: the store of it sees no reply. */

import { makeEncryptionKey } from "../../payloads/encryption-keys.ts";
import { Keyring } from "../../payloads/keyring.ts";
import type { AttemptJournal } from "../../plugins/contract.ts";
import { sealedJournal } from "../../worker/sealed-journal.ts";

const first = makeEncryptionKey("first").key;
const second = makeEncryptionKey("second").key;
const reply = JSON.stringify({ text: "Dear Ann, äöü 🚂" });

function journalIn(kept: Map<string, string>): AttemptJournal {
  return {
    read: async (key) => kept.get(key),
    write: async (key, entry) => void kept.set(key, entry),
  };
}

it("keeps what cannot be read without the key, and gives it back", async () => {
  const kept = new Map<string, string>();
  const journal = sealedJournal(journalIn(kept), new Keyring([first]));

  await journal.write("call", reply);

  expect(kept.get("call")).not.toMatch(/Ann|text/);
  await expect(journal.read("call")).resolves.toBe(reply);
  await expect(journal.read("another")).resolves.toBeUndefined();
});

it("reads what was kept before the encryption, or under an older key", async () => {
  const kept = new Map([["plain", reply]]);
  await sealedJournal(journalIn(kept), new Keyring([first])).write("old", reply);

  const journal = sealedJournal(journalIn(kept), new Keyring([second, first]));

  await expect(journal.read("plain")).resolves.toBe(reply);
  await expect(journal.read("old")).resolves.toBe(reply);
});

it("refuses a reply that was put in the place of another", async () => {
  const kept = new Map<string, string>();
  const journal = sealedJournal(journalIn(kept), new Keyring([first]));
  await journal.write("mine", reply);
  kept.set("yours", kept.get("mine") ?? "");

  await expect(journal.read("yours")).rejects.toMatchObject({ code: "PAYLOADS_WRONG_KEY" });
});

it("without keys keeps replies as they are, and does not take what is encrypted for one", async () => {
  const kept = new Map<string, string>();
  await sealedJournal(journalIn(kept), new Keyring([first])).write("sealed", reply);
  const journal = sealedJournal(journalIn(kept), new Keyring([]));

  await journal.write("plain", reply);

  expect(kept.get("plain")).toBe(reply);
  await expect(journal.read("sealed")).rejects.toMatchObject({ code: "PAYLOADS_UNKNOWN_KEY" });
});
