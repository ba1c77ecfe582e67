/** The codec server, over HTTP, with keys and stores but without Temporal: it is never asked. */

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Connection } from "@temporalio/client";
import type { Payload } from "@temporalio/common";
import { ExternalStorageRunner } from "@temporalio/common/lib/internal-non-workflow/index.js";
import { pino } from "pino";
import { apiKeys, makeKey } from "../../api/api-keys.ts";
import type { Api, ApiOptions } from "../../api/start-api.ts";
import { SignalboxClient } from "../../client/signalbox-client.ts";
import { openDataConverter, type SignalboxDataConverter } from "../../payloads/data-converter.ts";
import { makeEncryptionKey } from "../../payloads/encryption-keys.ts";
import { writeJsonPayload, type JsonPayload } from "../../payloads/json-payload.ts";
import { ask, problem, withApi, type Answer } from "../harness/api.ts";

const secret = makeEncryptionKey("now").key;
const keys = {
  all: makeKey({ id: "ops", workspace: "*", scopes: ["payloads"] }),
  root: makeKey({ id: "root", workspace: "*", scopes: ["admin"] }),
  reader: makeKey({ id: "reader", workspace: "*", scopes: ["read", "run", "approve"] }),
  acme: makeKey({ id: "acme-admin", workspace: "acme", scopes: ["admin"] }),
};
const authenticator = apiKeys(Object.values(keys).map(({ entry }) => entry));
const TEXT = "MARMALADE is gone";

let folder: string;
let converter: SignalboxDataConverter;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "signalbox-codec-"));
  converter = converterWith({});
});

afterEach(() => rm(folder, { recursive: true, force: true }));

function converterWith(
  options: Parameters<typeof openDataConverter>[0],
  payloads = `file:${folder}`,
): SignalboxDataConverter {
  return openDataConverter({ env: {}, encryptionKeys: [secret], payloads, ...options });
}

function clientWith(dataConverter: SignalboxDataConverter): SignalboxClient {
  const connection = Connection.lazy({ address: "127.0.0.1:1" });
  return new SignalboxClient({ temporal: new Client({ connection, dataConverter }) });
}

function plain(text: string): Payload {
  return {
    metadata: { encoding: Buffer.from("json/plain") },
    data: Buffer.from(JSON.stringify(text)),
  };
}

/** As Temporal gets it. */
async function kept(payload: Payload): Promise<JsonPayload> {
  const encoded = (await converter.payloadCodecs[0]?.encode([payload])) ?? [];
  const [sent = {}] = await new ExternalStorageRunner(converter.externalStorage).store(encoded);
  return writeJsonPayload(sent);
}

function codec<T>(body: (api: Api) => Promise<T>, options: Partial<ApiOptions> = {}): Promise<T> {
  return withApi({ client: clientWith(converter), ...options }, body);
}

function post(
  api: Api,
  payloads: readonly unknown[],
  { name = "decode", headers = {} }: { name?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return ask(api, `/codec/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-namespace": "default", ...headers },
    body: JSON.stringify({ payloads }),
  });
}

function refused(reason: string, payload = 0): unknown {
  return problem(422, "API_NOT_DECODED", { reason, payload });
}

function bearer(key: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Bearer ${key}` } };
}

function textsOf({ body }: Answer): readonly string[] {
  const payloads: readonly JsonPayload[] = Reflect.get(Object(body), "payloads");
  return payloads.map(({ data }) => Buffer.from(data ?? "", "base64").toString());
}

describe("decoding", () => {
  it("gives the plain payload with its metadata, and leaves alone what was not encrypted", async () => {
    const encrypted = await kept(plain(TEXT));
    const open = { ...writeJsonPayload(plain("open")), externalPayloads: [{ sizeBytes: "4" }] };

    const answer = await codec((api) => post(api, [encrypted, open]));

    expect(JSON.stringify(encrypted)).not.toContain(
      Buffer.from(TEXT).toString("base64").slice(0, 8),
    );
    expect(answer).toMatchObject({
      status: 200,
      body: { payloads: [writeJsonPayload(plain(TEXT)), open] },
    });
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  it("fetches what was put aside", async () => {
    const text = "lighthouse ".repeat(40_000);
    const reference = await kept(plain(text));

    const answer = await codec((api) => post(api, [reference]));

    expect(JSON.stringify(reference).length).toBeLessThan(1_000);
    expect(textsOf(answer)).toEqual([JSON.stringify(text)]);
  });

  it("undoes what encoding did, in the order in which it came", async () => {
    const payloads = ["one", "two", "three"].map((text) => writeJsonPayload(plain(text)));

    const [encoded, decoded] = await codec(async (api) => {
      const first = await post(api, payloads, { name: "encode" });
      return [first, await post(api, Reflect.get(Object(first.body), "payloads"))];
    });

    expect(textsOf(encoded).join()).not.toMatch(/one|two|three/);
    expect(decoded.body).toEqual({ payloads });
  });

  it.each([
    ["none", "{}"],
    ["an empty list", `{"payloads":[]}`],
    [
      "fields that are null, as proto's JSON may have them",
      `{"payloads":[{"metadata":null,"data":null}]}`,
    ],
  ])("takes %s", async (_what, body) => {
    const answer = await codec((api) =>
      ask(api, "/codec/decode", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      }),
    );

    expect(answer.status).toBe(200);
  });

  it("takes bodies of up to 8 MiB: what Temporal sends in one message", async () => {
    const large = { data: Buffer.alloc(5 * 1_048_576).toString("base64") };
    const tooLarge = { data: Buffer.alloc(7 * 1_048_576).toString("base64") };

    const answers = await codec(async (api) => [
      await post(api, [large]),
      await post(api, [tooLarge]),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([200, 413]);
    expect(answers[1]).toEqual(
      problem(413, "API_BODY_TOO_LARGE", { detail: expect.stringContaining("8 MiB") }),
    );
  });
});

describe("what cannot be decoded", () => {
  it("is a key that is not here, said without the names of those that are", async () => {
    const encrypted = await kept(plain(TEXT));
    converter = converterWith({ encryptionKeys: [makeEncryptionKey("private-name").key] });

    const answer = await codec((api) => post(api, [writeJsonPayload(plain("open")), encrypted]));

    expect(answer).toEqual(refused("PAYLOADS_UNKNOWN_KEY", 1));
    expect(answer.text).not.toContain("private-name");
  });

  it("is ciphertext that was changed, or cut off", async () => {
    const encrypted = await kept(plain(TEXT));
    const bytes = Buffer.from(encrypted.data ?? "", "base64");
    const changed = Buffer.from(bytes);
    changed[20] = (changed[20] ?? 0) ^ 1;
    const withData = (data: Buffer): JsonPayload => ({
      ...encrypted,
      data: data.toString("base64"),
    });

    const answers = await codec((api) =>
      Promise.all([changed, bytes.subarray(0, 20)].map((data) => post(api, [withData(data)]))),
    );

    expect(answers).toEqual([refused("PAYLOADS_WRONG_KEY"), refused("PAYLOADS_UNREADABLE")]);
  });

  it("is what is in the store no more, or not as it was; no folder is named", async () => {
    const reference = await kept(plain("x".repeat(300_000)));
    const [file = ""] = (await readdir(folder, { recursive: true })).filter((one) =>
      /[0-9a-f]{64}$/.test(one),
    );

    const [damaged, gone] = await codec(async (api) => {
      await writeFile(join(folder, file), "other");
      const first = await post(api, [reference]);
      await rm(join(folder, file));
      return [first, await post(api, [reference])];
    });

    expect([damaged, gone]).toEqual([refused("PAYLOADS_DAMAGED"), refused("PAYLOADS_NOT_FOUND")]);
    expect(`${damaged?.text}${gone?.text}`).not.toContain(folder);
  });

  it("is what is in a store that is not named", async () => {
    const reference = await kept(plain("x".repeat(300_000)));
    converter = converterWith({}, "off");

    const answer = await codec((api) => post(api, [reference]));

    expect(answer).toEqual(refused("PAYLOADS_NO_STORE"));
  });

  it.each([
    ["is no JSON", "sesame"],
    ["names no driver", `{"claimData":{}}`],
    ["names an unknown driver", `{"driverName":"theirs","claimData":{}}`],
    [
      "names a path",
      `{"driverName":"signalbox.files","claimData":{"run":"../..","sha256":"passwd"}}`,
    ],
  ])("is a reference that %s", async (_what, data) => {
    const logged: string[] = [];
    const logger = pino({}, { write: (line) => void logged.push(line) });
    const metadata = {
      encoding: "json/protobuf",
      messageType: "temporal.api.sdk.v1.ExternalStorageReference",
    };
    const named = Object.entries(metadata).map(([name, value]) => [name, Buffer.from(value)]);
    const reference = writeJsonPayload({
      metadata: Object.fromEntries(named),
      data: Buffer.from(data),
    });

    const answer = await codec((api) => post(api, [reference]), { logger });

    expect(answer).toMatchObject({ status: 422, body: { code: "API_NOT_DECODED" } });
    expect(answer.text + logged.join("")).not.toMatch(/sesame|theirs|passwd/);
  });

  it("leaves no plain text in the log, nor does what can", async () => {
    const logged: string[] = [];
    const logger = pino({}, { write: (line) => void logged.push(line) });
    const encrypted = await kept(plain(TEXT));

    await codec(
      async (api) => {
        await post(api, [encrypted]);
        await post(api, [writeJsonPayload(plain(TEXT)), { ...encrypted, data: "AAAA" }]);
      },
      { logger },
    );

    expect(logged).toHaveLength(2);
    expect(logged.join("")).toContain("API_NOT_DECODED");
    expect(logged.join("")).not.toMatch(/MARMALADE|Ik1BUk1B/);
  });

  it.each([
    ["data that is no base64", [{ data: "§" }]],
    ["base64 that is cut off", [{ data: "AAAAA" }]],
    ["metadata that are no base64", [{ metadata: { encoding: "json/plain!" } }]],
    ["no object", ["AAAA"]],
    ["more than 2,000 payloads", Array.from({ length: 2_001 }, () => ({}))],
  ])("is %s, and the answer quotes none of it", async (_what, payloads) => {
    const answer = await codec((api) => post(api, payloads));

    expect(answer).toEqual(problem(422, "API_INVALID_INPUT"));
    expect(answer.text).not.toMatch(/§|json\/plain/);
  });

  it("is a body of another type, or no JSON", async () => {
    const answers = await codec((api) =>
      Promise.all(
        ["text/plain", "application/json"].map((type) =>
          ask(api, "/codec/decode", {
            method: "POST",
            headers: { "content-type": type },
            body: "sesame",
          }),
        ),
      ),
    );

    expect(answers).toEqual([
      problem(415, "API_UNSUPPORTED_TYPE"),
      problem(400, "API_INVALID_JSON"),
    ]);
  });
});

describe("who may decode", () => {
  it.each(["decode", "encode"])("is whoever has the scope for all workspaces: %s", async (name) => {
    const answers = await codec(
      (api) =>
        Promise.all(
          [keys.all, keys.root, keys.reader, keys.acme].map(({ key }) =>
            post(api, [], { name, ...bearer(key) }),
          ),
        ),
      { authenticator },
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 403, 403]);
    expect(answers[3]).toEqual(
      problem(403, "API_FORBIDDEN", {
        scope: "payloads",
        detail: expect.stringContaining('"acme"'),
      }),
    );
  });

  it("is nobody without a key, and everybody where none is asked for", async () => {
    const answers = [
      await codec((api) => post(api, []), { authenticator }),
      await codec((api) => post(api, [])),
    ];

    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
  });

  it("may ask ten times as often as for anything else, since the UI asks for each event", async () => {
    const statuses = await codec(
      async (api) => {
        const found: number[] = [];
        for (let asked = 0; asked < 11; asked++) {
          found.push((await post(api, [], bearer(keys.all.key))).status);
        }
        return found;
      },
      { authenticator, rateLimit: 1 },
    );

    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429]);
  });
});
