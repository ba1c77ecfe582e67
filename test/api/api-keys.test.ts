/** Keys as they are made, written down and read. No server. */

import { createHash } from "node:crypto";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { apiKeys, formatKeyEntry, makeKey, parseKeyEntry } from "../../api/api-keys.ts";
import { apiOptionsFromEnv } from "../../api/options-from-env.ts";
import { readApiKeys } from "../../api/read-api-keys.ts";

const HEX = "0123456789abcdef".repeat(4);
const OTHER_HEX = "fedcba9876543210".repeat(4);
/** Looked for in errors. */
const CANARY = "Sesame4711";

function silent(): void {}

async function withFile<T>(text: string, body: (path: string) => T | Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "signalbox-keys-"));
  try {
    const path = join(folder, "keys");
    await writeFile(path, text, { mode: 0o600 });
    return await body(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** What it throws. */
function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

describe("a key that is made", () => {
  it("is 256 random bits behind a prefix, and no two are the same", () => {
    const made = Array.from({ length: 100 }, () =>
      makeKey({ id: "ci", workspace: "acme", scopes: ["run"] }),
    );

    expect(new Set(made.map(({ key }) => key)).size).toBe(100);
    for (const { key } of made) expect(key).toMatch(/^sbx_[A-Za-z0-9_-]{43}$/);
  });

  it("is known by its entry after both have been written down, and the entry does not hold it", async () => {
    const { key, entry } = makeKey({ id: "ci", workspace: "acme", scopes: ["run", "read"] });

    const text = formatKeyEntry(entry);
    const caller = await apiKeys([parseKeyEntry(text, "it")]).authenticate(key);

    expect(caller).toEqual({ id: "ci", workspace: "acme", scopes: new Set(["run", "read"]) });
    expect(text).not.toContain(key);
    expect(text).toBe(`ci:acme:run+read:sha256-${createHash("sha256").update(key).digest("hex")}`);
  });
});

describe("a key of all workspaces", () => {
  it("has none of its own, and may have the scope for payloads, which say not whose they are", async () => {
    const made = makeKey({ id: "ops", workspace: "*", scopes: ["payloads", "read"] });

    const entry = parseKeyEntry(formatKeyEntry(made.entry), "it");
    const caller = await apiKeys([entry]).authenticate(made.key);

    expect(formatKeyEntry(entry)).toMatch(/^ops:\*:payloads\+read:/);
    expect(caller).toEqual({ id: "ops", scopes: new Set(["payloads", "read"]) });
  });
});

describe("apiKeys", () => {
  it("tells callers apart, and nobody has another key", async () => {
    const made = ["a", "b", "c"].map((id) => makeKey({ id, workspace: id, scopes: ["read"] }));
    const authenticator = apiKeys(made.map(({ entry }) => entry));

    const callers = await Promise.all(made.map(({ key }) => authenticator.authenticate(key)));
    const wrong = await Promise.all(
      ["", "sbx_", `${made[0]?.key}x`, made[0]?.key.slice(0, -1) ?? "", HEX].map((key) =>
        authenticator.authenticate(key),
      ),
    );

    expect(callers.map((caller) => caller?.workspace)).toEqual(["a", "b", "c"]);
    expect(wrong.every((caller) => caller === undefined)).toBe(true);
  });

  it.each([
    ["id", `a:x:run:sha256-${HEX}`, `a:x:run:sha256-${OTHER_HEX}`],
    ["key", `a:x:run:sha256-${HEX}`, `b:y:admin:sha256-${HEX.toUpperCase()}`],
  ])("refuses two entries with one %s", (what, ...entries) => {
    const parsed = entries.map((entry) => parseKeyEntry(entry, "it"));

    expect(errorOf(() => apiKeys(parsed))).toMatchObject({
      name: "SetupError",
      code: "KEYS_INVALID",
      message: expect.stringContaining(`entry 2 has the ${what} of entry 1.`),
    });
  });
});

describe("an entry", () => {
  it.each([
    ["a key in place of an entry", `sbx_${CANARY}`, "has 1 part and not four. An entry is"],
    ["a part too many", `a:${CANARY}:run:x:sha256-${HEX}`, "has 5 parts"],
    ["a key in place of its hash", `a:acme:run:sbx_${CANARY}`, 'has no "sha256-" and 64 hex'],
    ["a hash without what it is", `a:acme:run:${HEX}`, 'has no "sha256-"'],
    ["a hash that is too short", `a:acme:run:sha256-${HEX.slice(1)}`, 'has no "sha256-"'],
    ["no id", `:acme:run:sha256-${HEX}`, "has no usable id"],
    ["a key in place of the id", `${CANARY}$:acme:run:sha256-${HEX}`, "has no usable id"],
    ["an id that is too long", `${"a".repeat(65)}:acme:run:sha256-${HEX}`, "has no usable id"],
    ["no workspace", `a::run:sha256-${HEX}`, "names no workspace"],
    ["a workspace with a dot", `a:ac.me:run:sha256-${HEX}`, "names no workspace"],
    ["a workspace in capitals", `a:${CANARY}:run:sha256-${HEX}`, "names no workspace"],
    ["no scopes", `a:acme::sha256-${HEX}`, "has no usable scopes"],
    ["a scope that there is not", `a:acme:run+${CANARY}:sha256-${HEX}`, "has no usable scopes"],
    [
      "a workspace's own view of all payloads",
      `a:acme:payloads:sha256-${HEX}`,
      "belongs to a workspace",
    ],
    ["a scope twice", `a:acme:run+run:sha256-${HEX}`, "has no usable scopes"],
  ])("with %s is refused, is named by its place and not quoted", (_what, entry, reason) => {
    const error = errorOf(() =>
      readApiKeys({ SIGNALBOX_API_KEYS: `ok:acme:run:sha256-${OTHER_HEX},${entry}` }, silent),
    );

    expect(error).toMatchObject({ name: "SetupError", code: "KEYS_INVALID" });
    expect(String(error)).toContain(`entry 2 of SIGNALBOX_API_KEYS ${reason}`);
    expect(String(error)).not.toMatch(new RegExp(`${CANARY}|${HEX.slice(1)}`));
  });

  it("that is a plain key is answered with the way to make an entry", () => {
    const error = errorOf(() => readApiKeys({ SIGNALBOX_API_KEYS: CANARY }, silent));

    expect(String(error)).toContain("`npx signalbox key` makes a key and its entry.");
  });
});

describe("readApiKeys", () => {
  const a = `a:acme:run:sha256-${HEX}`;
  const b = `b:acme:read+approve:sha256-${OTHER_HEX}`;

  it.each([
    ["commas", `${a},${b}`],
    ["white space", `  ${a}\n\t${b} \n`],
    ["both", `${a},\n${b},`],
  ])("reads entries separated by %s", (_what, text) => {
    const entries = readApiKeys({ SIGNALBOX_API_KEYS: text }, silent);

    expect(entries.map(formatKeyEntry)).toEqual([a, b]);
  });

  it("reads a file, with comments, empty lines and line ends of Windows, after the variable", () =>
    withFile(`# keys\r\n\r\n${b} # of the office\r\n`, (file) => {
      const env = { SIGNALBOX_API_KEYS: a, SIGNALBOX_API_KEYS_FILE: file };

      expect(readApiKeys(env, silent).map(formatKeyEntry)).toEqual([a, b]);
    }));

  it("names the line of a file that is no entry", () =>
    withFile(`# keys\n\n${a}\n${CANARY}\n`, (file) => {
      const error = errorOf(() => readApiKeys({ SIGNALBOX_API_KEYS_FILE: file }, silent));

      expect(String(error)).toContain(`line 4 of "${file}" has 1 part`);
      expect(String(error)).not.toContain(CANARY);
    }));

  it.each<[what: string, mode: number, warnings: number]>([
    ["says nothing of a file that only its owner can read", 0o600, 0],
    ["warns of a file that its group can read", 0o640, 1],
    ["warns of a file that everybody can read", 0o604, 1],
  ])("%s", (_what, mode, warnings) =>
    withFile(a, async (file) => {
      await chmod(file, mode);
      const warned: string[] = [];

      readApiKeys({ SIGNALBOX_API_KEYS_FILE: file }, (line) => warned.push(line));

      expect(warned).toHaveLength(warnings);
      expect(warned.join("")).not.toContain(HEX);
    }),
  );

  it("refuses a file that is not there, and one without entries", () =>
    withFile("# none yet\n", (file) => {
      const missing = errorOf(() => readApiKeys({ SIGNALBOX_API_KEYS_FILE: `${file}s` }, silent));
      const empty = errorOf(() => readApiKeys({ SIGNALBOX_API_KEYS_FILE: file }, silent));

      expect(missing).toMatchObject({ code: "KEYS_INVALID", cause: { code: "ENOENT" } });
      expect(empty).toMatchObject({ code: "KEYS_INVALID" });
    }));

  it("refuses a list of commas, and takes an empty one for none", () => {
    expect(errorOf(() => readApiKeys({ SIGNALBOX_API_KEYS: ", ," }, silent))).toMatchObject({
      code: "KEYS_INVALID",
    });
    expect(readApiKeys({ SIGNALBOX_API_KEYS: " " }, silent)).toEqual([]);
  });
});

describe("apiOptionsFromEnv", () => {
  it("reads host, port and keys", () => {
    const options = apiOptionsFromEnv({
      SIGNALBOX_HOST: "0.0.0.0",
      SIGNALBOX_PORT: "9000",
      SIGNALBOX_API_KEYS: `a:acme:run:sha256-${HEX}`,
    });

    expect(options).toMatchObject({
      host: "0.0.0.0",
      port: 9_000,
      authenticator: { authenticate: expect.any(Function) },
    });
  });

  it("reads limits, proxies and origins", () => {
    const options = apiOptionsFromEnv({
      SIGNALBOX_RATE_LIMIT: "0",
      SIGNALBOX_TRUSTED_PROXIES: "1",
      SIGNALBOX_CORS_ORIGINS: "https://app.example.com, http://localhost:5173",
      SIGNALBOX_LOG_LEVEL: "silent",
    });

    expect(options).toMatchObject({
      rateLimit: 0,
      trustedProxies: 1,
      corsOrigins: ["https://app.example.com", "http://localhost:5173"],
      logger: undefined,
    });
  });

  it("logs unless it is told not to", () => {
    expect(apiOptionsFromEnv({}).logger?.level).toBe("info");
    expect(apiOptionsFromEnv({ SIGNALBOX_LOG_LEVEL: "warn" }).logger?.level).toBe("warn");
  });

  it.each([
    ["SIGNALBOX_RATE_LIMIT", "many"],
    ["SIGNALBOX_TRUSTED_PROXIES", "true"],
    ["SIGNALBOX_LOG_LEVEL", "loud"],
    ["SIGNALBOX_CORS_ORIGINS", "https://app.example.com/"],
    ["SIGNALBOX_CORS_ORIGINS", "app.example.com"],
    ["SIGNALBOX_CORS_ORIGINS", "https://*.example.com"],
  ])("refuses %s=%s", (name, value) => {
    expect(errorOf(() => apiOptionsFromEnv({ [name]: value }))).toMatchObject({
      code: "VARIABLE_INVALID",
      message: expect.stringContaining(name),
    });
  });

  it("leaves the defaults to the API", () => {
    const { host, port, authenticator } = apiOptionsFromEnv({ SIGNALBOX_HOST: "" });

    expect({ host, port, authenticator }).toEqual({});
  });

  it.each(["http", "-1", "65536", "80.5", "0x50"])("refuses %s as a port", (port) => {
    expect(errorOf(() => apiOptionsFromEnv({ SIGNALBOX_PORT: port }))).toMatchObject({
      code: "VARIABLE_INVALID",
      message: expect.stringContaining("SIGNALBOX_PORT"),
    });
  });
});
