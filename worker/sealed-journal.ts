/** A journal that keeps replies encrypted, with the keys of the payloads: what Temporal must not show, a disk must not either. */

import type { DataConverter } from "@temporalio/common";
import type { ModelAccess } from "../activities/call-provider.ts";
import type { Keyring } from "../payloads/keyring.ts";
import type { AttemptJournal } from "../plugins/contract.ts";
import { isOurs } from "./worker-payloads.ts";

const PURPOSE = "signalbox.journal/1";
/** Key id and what was encrypted. What is kept otherwise is JSON, which never begins so. */
const SEALED = /^sealed:([\w.-]+):([A-Za-z0-9+/=]*)$/;

/** What calls need, with its journal encrypted if the converter encrypts. */
export function withSealedJournal<Access extends ModelAccess>(
  access: Access,
  converter: DataConverter | undefined,
): Access {
  const { journal } = access;
  if (journal === undefined || !isOurs(converter)) return access;
  return { ...access, journal: sealedJournal(journal, converter.keyring) };
}

/** Reads what was kept before the encryption was switched on as it is. */
export function sealedJournal(journal: AttemptJournal, keyring: Keyring): AttemptJournal {
  return {
    async read(key) {
      const entry = await journal.read(key);
      const [, keyId, data = ""] = SEALED.exec(entry ?? "") ?? [];
      if (keyId === undefined) return entry;
      const sealed = { keyId, data: Buffer.from(data, "base64") };
      return Buffer.from(keyring.open(sealed, purposeOf(key))).toString("utf8");
    },
    async write(key, entry) {
      if (!keyring.canSeal) return journal.write(key, entry);
      const { keyId, data } = keyring.seal(Buffer.from(entry), purposeOf(key));
      await journal.write(key, `sealed:${keyId}:${Buffer.from(data).toString("base64")}`);
    },
    close: async () => journal.close?.(),
  };
}

/** One reply cannot be put in the place of another. */
function purposeOf(key: string): string {
  return `${PURPOSE}\n${key}`;
}
