/** The commands about the audit trail, on the files of a project's sink; no Temporal is there. */

import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createContentKey, sealContent } from "../../audit/content.ts";
import { createKeyPair } from "../../audit/keys.ts";
import { jsonlSink } from "../../plugins/sinks/jsonl.ts";
import { auditRecords } from "../harness/audit-records.ts";
import { withProject, type Project } from "../harness/project.ts";
import { checkpointsOf, sealedTrail, trailKeys } from "../harness/sealed-trail.ts";

const RUN = "acme.support-1";
const owner = { workspace: "acme", run: RUN };
const { sealed } = sealedTrail(20);
const files = {
  "signalbox.config.js": `export default { providers: [], models: {}, audit: { content: "full" } };`,
  "silent.config.js": `export default { providers: [], models: {}, audit: false };`,
  "taking.config.js": `export default { providers: [], models: {}, audit: { sinks: [{ id: "elsewhere", write: async () => {} }] } };`,
  "stuck.config.js": `
    import { setImmediate } from "node:timers/promises";
    import { jsonlSink } from "signalbox/sinks/jsonl";
    const stuck = Object.assign(jsonlSink(), { close: async () => { throw new Error("It is stuck."); } });
    const slow = {
      id: "slow",
      write: async () => {},
      close: () => setImmediate().then(() => console.error("the other is closed")),
    };
    export default { providers: [], models: {}, audit: { sinks: [stuck, slow] } };`,
  "public.pem": trailKeys.pair.publicKey,
  "other.pem": createKeyPair().publicKey,
};
const env = { SIGNALBOX_AUDIT_KEY: trailKeys.pair.privateKey, TEMPORAL_ADDRESS: "127.0.0.1:1" };

/** A project that has kept 20 records, with checkpoints over 8 and 17 of them, and what was said in one run. */
function withTrail(body: (project: Project) => Promise<void>): Promise<void> {
  return withProject(
    files,
    async (project) => {
      const sink = jsonlSink({ folder: join(project.folder, ".signalbox/audit"), flush: false });
      await sink.write("acme", auditRecords(20));
      for (const checkpoint of checkpointsOf(sealed, [8, 17])) {
        await sink.checkpoints?.write(checkpoint);
      }
      const key = createContentKey();
      const items = [{ event: "1", kind: "prompt" as const, value: "who is \u0085 there" }];
      await sink.content?.keep(owner, { key, sealed: sealContent(key, owner, items) });
      await sink.close?.();
      await body(project);
    },
    env,
  );
}

async function edit(path: string, change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, "utf8")));
}

describe("signalbox audit verify", () => {
  it("finds the sink's trail sound, and says how far it is signed", () =>
    withTrail(async ({ signalbox }) => {
      const plain = await signalbox("audit", "verify");
      const json = await signalbox("audit", "verify", "--whole", "--json");

      expect(plain.exitCode).toBe(0);
      expect(plain.output).toContain(
        `Workspace "acme": 20 records, number 0 to 19, 2 checkpoints fit, signed to number 16`,
      );
      expect(JSON.parse(json.output)).toMatchObject({
        isSound: true,
        areSignaturesChecked: true,
        trails: [{ workspace: "acme", records: 20, signedSize: 17, faults: [] }],
      });
    }));

  it("lists what is wrong with a file, and ends with 1", () =>
    withTrail(async ({ signalbox, folder }) => {
      await signalbox("audit", "export", "--workspace", "acme", "--out", "trail.jsonl");
      await edit(join(folder, "trail.jsonl"), (text) =>
        text.replace('"gen_ai.usage.input_tokens":105', '"gen_ai.usage.input_tokens":104'),
      );

      const plain = await signalbox("audit", "verify", "--key", "public.pem", "trail.jsonl");
      const json = await signalbox(
        "audit",
        "verify",
        "trail.jsonl",
        "--json",
        "--key",
        "other.pem",
      );

      expect(plain.exitCode).toBe(1);
      expect(plain.output).toMatch(/changed +5 +7 +acme\.support-0#5 +The record is not as/);
      expect(plain.output).toContain("1 fault.");
      expect(json.exitCode).toBe(1);
      expect(JSON.parse(json.output)).toMatchObject({
        isSound: false,
        trails: [
          {
            faults: [
              { kind: "changed", seq: 5 },
              { kind: "unknown_key" },
              { kind: "unknown_key" },
              { kind: "unsigned" },
            ],
          },
        ],
      });
    }));

  it("holds the sink's trail against a checkpoint that was kept elsewhere", () =>
    withTrail(async ({ signalbox, write }) => {
      const longer = sealedTrail(25).sealed;
      const [kept] = checkpointsOf(longer, [25]);
      await write("kept.jsonl", `${JSON.stringify(kept)}\n`);

      const ended = await signalbox("audit", "verify", "--checkpoint", "kept.jsonl", "--json");

      expect(ended.exitCode).toBe(1);
      expect(JSON.parse(ended.output).trails[0].faults).toEqual([
        expect.objectContaining({ kind: "truncated", seq: 20 }),
      ]);
    }));

  it("says so where there is no trail, no file, or no key", () =>
    withTrail(async ({ signalbox }) => {
      const ended = await Promise.all([
        signalbox("audit", "verify", "--config", "silent.config.js"),
        signalbox("audit", "verify", "--config", "taking.config.js"),
        signalbox("audit", "verify", "--sink", "s3"),
        signalbox("audit", "verify", "nothing.jsonl"),
        signalbox("audit", "verify", "--key", "signalbox.config.js"),
        signalbox("audit", "verify", "--anchor", "5"),
      ]);

      expect(ended.map(({ output }) => /error (\w+)/.exec(output)?.[1])).toEqual([
        "CLI_NO_TRAIL",
        "CLI_NO_TRAIL",
        "CLI_NO_TRAIL",
        "CLI_NO_FILE",
        "AUDIT_INVALID_KEY",
        undefined,
      ]);
      expect(ended.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1, 1, 2]);
    }));
});

describe("signalbox audit export", () => {
  it("writes a trail that is sound without the project", () =>
    withTrail(async ({ signalbox, folder }) => {
      const printed = await signalbox("audit", "export", "--workspace", "acme");
      const written = await signalbox("audit", "export", "--workspace", "acme", "--out", "t.jsonl");
      const again = await signalbox("audit", "export", "--workspace", "acme", "--out", "t.jsonl");
      const checked = await signalbox("audit", "verify", "t.jsonl");

      expect(printed.output).toBe(await readFile(join(folder, "t.jsonl"), "utf8"));
      expect(written).toEqual({ exitCode: 0, output: "" });
      expect(again.output).toContain("error CLI_FILE_EXISTS");
      expect(checked.exitCode).toBe(0);
    }));

  it("writes all between the first and the last record of a time", () =>
    withTrail(async ({ signalbox }) => {
      const span = ["--from", "2026-11-25T08:00:08Z", "--to", "2026-11-25T08:00:18Z"];
      const part = await signalbox("audit", "export", "--workspace", "acme", ...span);
      const none = await signalbox(
        "audit",
        "export",
        "--workspace",
        "acme",
        "--from",
        "2031-01-01",
      );
      const seqs = [...part.output.matchAll(/"seq":(\d+)\}/g)].map(([, seq]) => Number(seq));

      expect(seqs).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17]);
      expect(part.output.match(/"signature"/g)).toHaveLength(2);
      expect(none.output).toContain("error CLI_UNKNOWN_RECORD");
    }));
});

describe("signalbox audit prove", () => {
  it("writes a proof that holds with the public key alone", () =>
    withTrail(async ({ signalbox, folder }) => {
      const proved = await signalbox("audit", "prove", `${RUN}#11`, "--out", "proof.json");
      const checked = await signalbox("audit", "verify", "proof.json", "--key", "public.pem");
      await edit(join(folder, "proof.json"), (text) =>
        text.replace('"signalbox.is_used":false', '"signalbox.is_used":true'),
      );
      const damaged = await signalbox("audit", "verify", "proof.json", "--json");

      expect(proved).toEqual({ exitCode: 0, output: "" });
      expect(checked.exitCode).toBe(0);
      expect(checked.output).toContain("sound: it is among the 17 records of the checkpoint of");
      expect(damaged.exitCode).toBe(1);
      expect(JSON.parse(damaged.output)).toMatchObject({
        isSound: false,
        record: { seq: 11 },
        faults: ["The record is not as it was sealed."],
      });
    }));

  it("says why there is none", () =>
    withTrail(async ({ signalbox }) => {
      const late = await signalbox("audit", "prove", "acme.support-3#18");
      const unknown = await signalbox("audit", "prove", "acme.support-3#99");

      expect(late.output).toContain("error CLI_NO_PROOF");
      expect(late.output).toContain("no checkpoint counts it yet");
      expect(unknown.output).toContain("error CLI_UNKNOWN_RECORD");
    }));
});

describe("signalbox audit content, hold, release and erase", () => {
  it("keep what is held, erase what is not, and put each on record", () =>
    withTrail(async ({ signalbox }) => {
      const shown = await signalbox("audit", "content", RUN);
      const json = await signalbox("audit", "content", RUN, "--json");
      const by = ["--by", "ada", "--reason", "a request"];
      const held = await signalbox("audit", "hold", RUN, ...by);
      const refused = await signalbox("audit", "erase", RUN, ...by);
      const released = await signalbox("audit", "release", RUN);
      const erased = await signalbox("audit", "erase", RUN, ...by);
      const gone = await signalbox("audit", "content", RUN);
      const { output } = await signalbox("audit", "export", "--workspace", "acme");
      const { exitCode } = await signalbox("audit", "verify");

      expect(shown.output).toBe('1 prompt\n"who is \\u0085 there"\n');
      expect(JSON.parse(json.output)).toMatchObject([{ event: "1", kind: "prompt" }]);
      expect([held, released, erased]).toEqual(
        Array.from({ length: 3 }, () => ({ exitCode: 0, output: "" })),
      );
      expect(refused.output).toContain("error CLI_RUN_HELD");
      expect(gone.output).toContain("error CLI_UNKNOWN_RECORD");
      expect([...output.matchAll(/"id":"(acme\.support-1#[a-z]+)-/g)].map(([, id]) => id)).toEqual([
        `${RUN}#placed`,
        `${RUN}#released`,
        `${RUN}#erased`,
      ]);
      expect(output.match(/"signalbox.by":"ada","signalbox.reason":"a request"/g)).toHaveLength(2);
      expect(exitCode).toBe(0);
    }));

  it("want to know who erases, and why", () =>
    withTrail(async ({ signalbox }) => {
      const nobody = await signalbox("audit", "erase", RUN, "--reason", "a request");
      const nothing = await signalbox("audit", "erase", RUN, "--by", "ada", "--reason", " ");

      expect([nobody.exitCode, nothing.exitCode]).toEqual([2, 2]);
    }));
});

describe("signalbox audit key", () => {
  it("writes the private key for its owner only, and prints the public one", () =>
    withProject({}, async ({ signalbox, folder }) => {
      const made = await signalbox("audit", "key", "--out", "key.pem");
      const again = await signalbox("audit", "key", "--out", "key.pem");
      const { mode } = await stat(join(folder, "key.pem"));
      const privateKey = await readFile(join(folder, "key.pem"), "utf8");

      expect(made.output).toMatch(/^Key id {2}[0-9a-f]{16}\n-----BEGIN PUBLIC KEY-----\n/);
      expect(made.output).not.toContain(privateKey.split("\n")[1]);
      expect(mode & 0o777).toBe(0o600);
      expect(again.output).toContain("error CLI_FILE_EXISTS");
      expect(await readFile(join(folder, "key.pem"), "utf8")).toBe(privateKey);
    }));
});

describe("signalbox audit RUN", () => {
  it("is still asked of Temporal, with its own options", () =>
    withTrail(async ({ signalbox }) => {
      const run = await signalbox("audit", "acme.verify-1", "--json");
      const nothing = await signalbox("audit");

      expect(run.output).toContain("error TEMPORAL_UNREACHABLE");
      expect(nothing.exitCode).toBe(2);
    }));
});

describe("a sink that does not close", () => {
  it("changes nothing of what a command says, and the others are closed", () =>
    withTrail(async ({ signalbox }) => {
      const [sound, refused] = await Promise.all([
        signalbox("audit", "verify", "--config", "stuck.config.js"),
        signalbox("audit", "verify", "--config", "stuck.config.js", "--sink", "nowhere"),
      ]);

      expect(sound).toMatchObject({
        exitCode: 0,
        output: expect.stringMatching(/20 records.*the other is closed/s),
      });
      expect(refused).toMatchObject({
        exitCode: 1,
        output: expect.stringMatching(/the other is closed.*error CLI_NO_TRAIL/s),
      });
    }));
});
