/** Tries the journal of a configuration, for whoever looks whether it works. */

import { randomUUID } from "node:crypto";
import { JournalError } from "../plugins/contract.ts";
import { fileJournal } from "../plugins/journals/files.ts";
import { askWithin, describeFailure } from "./ask-provider.ts";
import type { Config } from "./config.ts";

export interface JournalStatus {
  readonly status: "off" | "well" | "failing";
  /** What one entry took, written and read. */
  readonly durationMs?: number;
  /** Why it fails, without a key or an address. */
  readonly message?: string;
}

const TIMEOUT_MS = 30_000;

/** Writes an entry and reads it. Closes the journal. Never rejects. */
export async function describeJournal({
  journal = fileJournal(),
}: Pick<Config, "journal">): Promise<JournalStatus> {
  if (journal === false) return { status: "off" };
  const startedAt = performance.now();
  const key = `signalbox doctor ${randomUUID()}`;
  try {
    const entry = await askWithin(
      async () => {
        await journal.write(key, key);
        return await journal.read(key);
      },
      { timeoutMs: TIMEOUT_MS },
    );
    if (entry === key) {
      return { status: "well", durationMs: Math.round(performance.now() - startedAt) };
    }
    return { status: "failing", message: "It does not give back what it was given." };
  } catch (error) {
    return { status: "failing", message: reasonOf(error) };
  } finally {
    await journal.close?.();
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof JournalError) return `${error.code}: ${error.message}`;
  const code: unknown = Reflect.get(Object(error), "code");
  // Of files: the message has a path, which is no secret, but others' messages may have anything.
  return typeof code === "string" && /^E[A-Z]+$/.test(code)
    ? `It failed with ${code}.`
    : describeFailure(error);
}
