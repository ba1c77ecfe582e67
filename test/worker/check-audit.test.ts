/** The audit trail of the configuration: what is refused, and that a refusal shows no key. */

import { generateKeyPairSync } from "node:crypto";
import { createKeyPair } from "../../audit/keys.ts";
import type { ContentStore, Sink } from "../../plugins/contract.ts";
import type { AuditOptions } from "../../worker/check-audit.ts";
import { defineConfig } from "../../worker/config.ts";

const { privateKey, publicKey } = createKeyPair();
const rsa = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;

function sink(id: string, more: Partial<Sink> = {}): Sink {
  return { id, write: () => Promise.resolve(), ...more };
}

const content: ContentStore = {
  keep: () => Promise.resolve(),
  find: () => Promise.resolve(undefined),
  erase: () => Promise.resolve(true),
  prune: () => Promise.resolve(0),
  hold: () => Promise.resolve(),
  release: () => Promise.resolve(),
  isHeld: () => Promise.resolve(false),
};

function define(audit: AuditOptions | false): unknown {
  return defineConfig({ providers: [], models: {}, audit }).audit;
}

describe("the audit trail", () => {
  it.each<AuditOptions | false>([
    false,
    {},
    { sinks: [sink("a"), sink("b")], retentionDays: 0.5, reconcileMinutes: 0 },
    { sinks: [sink("a"), sink("b", { content })], content: "full" },
    { content: "full", signingKey: privateKey },
    { signingKey: privateKey.replaceAll("\n", "\\n") },
  ])("is taken: %j", (given) => {
    expect(define(given)).toBe(given);
  });

  it.each<[unknown, string]>([
    [null, '"null"'],
    [true, '"true"'],
    [{ sinks: [] }, '"audit.sinks" is empty'],
    [{ sinks: [sink("a"), sink("a")] }, 'id "a"'],
    [{ sinks: [{ id: "a" }] }, '"sinks"'],
    [{ sinks: sink("a") }, '"sinks"'],
    [{ sinks: [sink("a")], content: "full" }, '"a"'],
    [{ content: "none" }, '"content: none"'],
    [{ retentionDays: 0 }, '"retentionDays: 0"'],
    [{ retentionDays: Number.NaN }, '"retentionDays: NaN"'],
    [{ retentionDays: "30" }, '"retentionDays"'],
    [{ reconcileMinutes: -1 }, '"reconcileMinutes: -1"'],
    [{ sink: sink("a") }, '"sink"'],
    [{ toString: 1 }, '"toString: 1"'],
    [{ signingKey: 5 }, '"signingKey: 5"'],
    [{ signingKey: publicKey }, "cannot be used"],
    [{ signingKey: rsa.export({ type: "pkcs8", format: "pem" }) }, 'one of "rsa"'],
  ])("is refused: %j", (given, named) => {
    expect(() => Reflect.apply(define, undefined, [given])).toThrow(
      expect.objectContaining({
        code: "CONFIG_INVALID_AUDIT",
        message: expect.stringContaining(named),
      }),
    );
  });

  it("is refused without a word of the key", () => {
    const damaged = privateKey.replace("M", "N");

    expect(() => define({ signingKey: damaged })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(damaged.slice(30, 50)) }),
    );
  });
});
