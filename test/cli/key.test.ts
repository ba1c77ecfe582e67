/** `signalbox key`. */

import { apiKeys, parseKeyEntry } from "../../api/api-keys.ts";
import { openDataConverter } from "../../payloads/data-converter.ts";
import { runSignalbox, type EndedCommand } from "../harness/run-signalbox.ts";

async function signalbox(...args: readonly string[]): Promise<EndedCommand> {
  const ended = await runSignalbox(args);
  return { ...ended, printed: ended.printed.trimEnd() };
}

describe("signalbox key", () => {
  it("prints a key and its entry, which knows it", async () => {
    const made = await signalbox(
      "key",
      "--workspace",
      "acme",
      "--scopes",
      "run,read",
      "--id",
      "ci",
    );
    const [, key = "", entry = ""] = /^Key {4}(\S+)\nEntry {2}(\S+)$/.exec(made.printed) ?? [];

    const caller = await apiKeys([parseKeyEntry(entry, "it")]).authenticate(key);

    expect(made.exitCode).toBe(0);
    expect(caller).toEqual({ id: "ci", workspace: "acme", scopes: new Set(["run", "read"]) });
    expect(made.told).toContain("shown this once");
    expect(made.told).not.toContain(key);
  });

  it("makes one for payloads, which belongs to all workspaces and to no single one", async () => {
    const made = await signalbox("key", "--workspace", "*", "--scopes", "payloads", "--json");
    const refused = await signalbox("key", "--scopes", "payloads");

    expect(JSON.parse(made.printed)).toMatchObject({ workspace: "*", scopes: ["payloads"] });
    expect(refused.exitCode).not.toBe(0);
    expect(refused.printed).toBe("");
    expect(refused.told).toContain('give it the workspace "*"');
  });

  it("prints JSON for programs, and makes up an id", async () => {
    const { printed, told } = await signalbox("key", "--json");

    expect(JSON.parse(printed)).toEqual({
      key: expect.stringMatching(/^sbx_/),
      id: expect.stringMatching(/^key-[0-9a-f]{8}$/),
      workspace: "default",
      scopes: ["run", "read"],
      entry: expect.stringMatching(/^key-\w+:default:run\+read:sha256-[0-9a-f]{64}$/),
    });
    expect(told).toBe("");
  });

  it("prints a key of the encryption, which can be used as it is", async () => {
    const made = await signalbox("key", "--encryption", "--id", "2026-11");
    const [, entry = ""] = /^Entry {2}(\S+)$/.exec(made.printed) ?? [];

    const converter = openDataConverter({ env: { SIGNALBOX_ENCRYPTION_KEYS: entry } });

    expect(entry).toMatch(/^2026-11:/);
    expect(converter.isEncrypting).toBe(true);
    expect(made.told).toContain("SIGNALBOX_ENCRYPTION_KEYS");
    expect(made.told).not.toContain(entry.slice(8));
  });

  it("prints it as JSON too, and knows no scopes of it", async () => {
    const { printed } = await signalbox("key", "--encryption", "--json");
    const refused = await signalbox("key", "--encryption", "--scopes", "run");

    expect(JSON.parse(printed)).toEqual({
      id: expect.stringMatching(/^key-[0-9a-f]{8}$/),
      entry: expect.stringMatching(/^key-[0-9a-f]{8}:[\w+/]{43}=$/),
    });
    expect(refused.exitCode).toBe(2);
  });

  it.each([
    ["--workspace", "Acme.Corp"],
    ["--scopes", "run,write"],
    ["--scopes", ""],
    ["--id", "a:b"],
  ])("does not understand %s %s", async (option, value) => {
    const { exitCode, printed, told } = await signalbox("key", option, value);

    expect(exitCode).toBe(2);
    expect(printed).toBe("");
    expect(told).toContain(option);
  });
});
