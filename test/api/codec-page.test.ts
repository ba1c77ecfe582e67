/** `/codec`: sessions of a browser, and which pages may use them. Over HTTP, without Temporal. */

import { pino } from "pino";
import { apiKeys, makeKey } from "../../api/api-keys.ts";
import { apiOptionsFromEnv } from "../../api/options-from-env.ts";
import type { Api, ApiOptions } from "../../api/start-api.ts";
import { makeEncryptionKey, type EncryptionKey } from "../../payloads/encryption-keys.ts";
import { ask, problem, withApi, type Answer } from "../harness/api.ts";

const ops = makeKey({ id: "ops", workspace: "*", scopes: ["payloads"] });
const reader = makeKey({ id: "reader", workspace: "*", scopes: ["read"] });
const acme = makeKey({ id: "acme", workspace: "acme", scopes: ["admin"] });
const authenticator = apiKeys([ops.entry, reader.entry, acme.entry]);
const UI = "http://127.0.0.1:8233";
const temporalUi = { url: UI, namespace: "default" };

function withKeys<T>(
  body: (api: Api) => Promise<T>,
  options: Partial<ApiOptions> = {},
): Promise<T> {
  return withApi({ authenticator, temporalUi, ...options }, body);
}

type Headers = Readonly<Record<string, string>>;

function submit(api: Api, path: string, form: Headers, headers: Headers = {}): Promise<Answer> {
  return ask(api, path, {
    method: "POST",
    redirect: "manual",
    headers,
    body: new URLSearchParams(form),
  });
}

function signIn(api: Api, key = ops.key, headers: Headers = {}): Promise<Answer> {
  return submit(api, "/codec/sign-in", { key }, headers);
}

/** As the browser sends it back. */
function cookieOf({ headers }: Answer): string {
  return headers.get("set-cookie")?.split(";")[0] ?? "";
}

function decode(api: Api, headers: Headers): Promise<Answer> {
  return ask(api, "/codec/decode", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: "{}",
  });
}

function preflight(api: Api, origin: string): Promise<Answer> {
  return ask(api, "/codec/decode", {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });
}

describe("a session", () => {
  it("begins with the key, is kept from scripts and other sites, and holds the key sealed", async () => {
    const answer = await withKeys((api) => signIn(api));

    const set = answer.headers.get("set-cookie") ?? "";
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("../codec");
    expect(set).toMatch(/^signalbox_codec=own\.[\w-]+; Max-Age=28800; HttpOnly; SameSite=Strict$/);
    const sealed = Buffer.from(set.split(/[.;]/)[1] ?? "", "base64url").toString("latin1");
    expect(set + sealed).not.toContain(ops.key);
  });

  it("is for encrypted connections alone where it began on one", async () => {
    const answer = await withKeys((api) => signIn(api, ops.key, { "x-forwarded-proto": "https" }), {
      trustedProxies: 1,
    });

    expect(answer.headers.get("set-cookie")).toMatch(/; Secure$/);
  });

  it("decodes for the UI's page, is shown on the page, and ends", async () => {
    const { decoded, page, ended } = await withKeys(async (api) => {
      const cookie = cookieOf(await signIn(api));
      return {
        decoded: await decode(api, { cookie: `theme=dark; ${cookie}`, origin: UI }),
        page: await ask(api, "/codec", { headers: { cookie } }),
        ended: await submit(api, "/codec/sign-out", {}, { cookie }),
      };
    });

    expect(decoded.status).toBe(200);
    expect(decoded.headers.get("access-control-allow-origin")).toBe(UI);
    expect(decoded.headers.get("access-control-allow-credentials")).toBe("true");
    expect(page.text).toContain("<strong>ops</strong>");
    expect(page.text).not.toContain(ops.key);
    expect(ended.status).toBe(303);
    expect(ended.headers.get("set-cookie")).toMatch(/^signalbox_codec=; Max-Age=0;/);
  });

  it.each([
    ["another page", { origin: "https://evil.example.com" }],
    ["a page without a name", { origin: "null" }],
    ["no page", {}],
  ])("counts for nothing from %s", async (_what, headers) => {
    const answer = await withKeys(async (api) =>
      decode(api, { cookie: cookieOf(await signIn(api)), ...headers }),
    );

    expect(answer).toEqual(
      problem(401, "API_UNAUTHENTICATED", { detail: expect.stringContaining("/codec") }),
    );
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("opens no other route", async () => {
    const answer = await withKeys(async (api) =>
      ask(api, "/v1/graphs", { headers: { cookie: cookieOf(await signIn(api)), origin: UI } }),
    );

    expect(answer).toEqual(problem(401, "API_UNAUTHENTICATED"));
  });

  it("ends with its key", async () => {
    const sessionKeys = [makeEncryptionKey("shared").key];
    const cookie = await withKeys(async (api) => cookieOf(await signIn(api)), { sessionKeys });

    const others = apiKeys([reader.entry]);
    const { decoded, page } = await withKeys(
      async (api) => ({
        decoded: await decode(api, { cookie, origin: UI }),
        page: await ask(api, "/codec", { headers: { cookie } }),
      }),
      { sessionKeys, authenticator: others },
    );

    expect(decoded).toEqual(problem(401, "API_UNAUTHENTICATED"));
    expect(page.text).toContain("Nobody has this key");
  });

  it("holds on every process that has the same keys of the encryption, and on no other", async () => {
    const shared = makeEncryptionKey("shared").key;
    const newer = makeEncryptionKey("newer").key;
    const statusWith = (cookie: string, sessionKeys?: readonly EncryptionKey[]): Promise<number> =>
      withKeys(async (api) => (await decode(api, { cookie, origin: UI })).status, {
        ...(sessionKeys && { sessionKeys }),
      });

    const cookie = await withKeys(async (api) => cookieOf(await signIn(api)), {
      sessionKeys: [shared],
    });

    expect(await statusWith(cookie, [newer, shared])).toBe(200);
    expect(await statusWith(cookie, [newer])).toBe(401);
    expect(await statusWith(cookie)).toBe(401);
  });

  it("is over after eight hours", async () => {
    const now = jest.spyOn(Date, "now");
    try {
      const statuses = await withKeys(async (api) => {
        const cookie = cookieOf(await signIn(api));
        const began = Date.now();
        const found: number[] = [];
        for (const later of [7.9, 8.1]) {
          now.mockReturnValue(began + later * 3_600_000);
          found.push((await decode(api, { cookie, origin: UI })).status);
        }
        return found;
      });

      expect(statuses).toEqual([200, 401]);
    } finally {
      now.mockRestore();
    }
  });

  it.each([
    "",
    "signalbox_codec=",
    "signalbox_codec=own",
    "signalbox_codec=own.AAAA",
    "signalbox_codec=..",
  ])("is not %p", async (cookie) => {
    const answer = await withKeys((api) => decode(api, { cookie, origin: UI }));

    expect(answer).toEqual(problem(401, "API_UNAUTHENTICATED"));
  });
});

describe("the page", () => {
  it("is a form without scripts that no other page may frame or keep", async () => {
    const answer = await withKeys((api) => ask(api, "/codec"));

    expect(answer.status).toBe(200);
    expect(answer.text).toContain('action="codec/sign-in"');
    expect(answer.text).not.toContain("<script");
    expect(answer.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("referrer-policy")).toBe("same-origin");
  });

  it("says that there is nothing to do where no keys are asked for", async () => {
    const answer = await withApi({}, (api) => ask(api, "/codec"));

    expect(answer.text).toContain("asks for no keys");
    expect(answer.text).not.toContain("<form");
  });

  it.each([
    ["a key that nobody has", "sbx_wrong", 401, "Nobody has this key"],
    ["a key without the scope", reader.key, 403, "payloads"],
    ["a key of one workspace", acme.key, 403, "acme"],
    ["no key", "", 422, "no key"],
  ])("comes again, and says why, for %s", async (_what, key, status, why) => {
    const answer = await withKeys((api) => signIn(api, key));

    expect(answer).toMatchObject({ status, type: expect.stringMatching(/^text\/html/) });
    expect(answer.text).toMatch(new RegExp(`role="alert">[^<]*${why}`));
    expect(answer.headers.get("set-cookie")).toBeNull();
    expect(key !== "" && answer.text.includes(key)).toBe(false);
  });

  it("refuses a token that no cookie holds, in words", async () => {
    const token = "x".repeat(3_000);
    const own = {
      authenticate: async () => ({ id: "ops", scopes: new Set(["payloads"] as const) }),
    };

    const answer = await withKeys((api) => signIn(api, token), { authenticator: own });

    expect(answer.status).toBe(422);
    expect(answer.text).toContain("too long for a cookie");
    expect(answer.text).not.toContain(token);
  });

  it("leaves who signed in in the log, and no key", async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line) => void lines.push(line) });

    await withKeys(
      async (api) => {
        for (const key of [ops.key, reader.key, "sbx_wrong"]) await signIn(api, key);
      },
      { logger },
    );

    const told: readonly unknown[] = lines.map((line): unknown => JSON.parse(line));
    expect(told).toEqual([
      expect.objectContaining({ status: 303, caller: "ops" }),
      expect.objectContaining({ status: 403, caller: "reader", code: "API_FORBIDDEN" }),
      expect.objectContaining({ status: 401, code: "API_UNAUTHENTICATED" }),
    ]);
    expect(lines.join("")).not.toMatch(/sbx_/);
  });

  it("writes out names of keys as text", async () => {
    const own = {
      authenticate: async () => ({ id: "<b>ops</b>", scopes: new Set(["payloads"] as const) }),
    };

    const page = await withKeys(
      async (api) => ask(api, "/codec", { headers: { cookie: cookieOf(await signIn(api)) } }),
      { authenticator: own },
    );

    expect(page.text).toContain("&#60;b&#62;ops");
    expect(page.text).not.toContain("<b>");
  });

  it("lets nobody guess keys", async () => {
    const statuses = await withKeys(
      async (api) => {
        const found: number[] = [];
        for (const key of ["a", "b", "c", ops.key]) found.push((await signIn(api, key)).status);
        return found;
      },
      { wrongKeyLimit: 3 },
    );

    expect(statuses).toEqual([401, 401, 401, 429]);
  });

  it.each([
    ["a page elsewhere", { origin: "https://evil.example.com" }],
    ["the Temporal UI", { origin: UI }],
    ["a page without a name", { origin: "null" }],
    ["a page of a sister site", { "sec-fetch-site": "same-site" }],
  ])("takes no form from %s", async (_what, headers) => {
    const answers = await withKeys((api) =>
      Promise.all([signIn(api, ops.key, headers), submit(api, "/codec/sign-out", {}, headers)]),
    );

    expect(answers.map(({ status }) => status)).toEqual([403, 403]);
    expect(answers.map(({ headers: got }) => got.get("set-cookie"))).toEqual([null, null]);
  });

  it("takes its own form, also where a proxy has taken TLS off", async () => {
    const statuses = await withKeys(async (api) => {
      const host = new URL(api.url).host;
      const origins = [`http://${host}`, `https://${host}`];
      const answers = await Promise.all(origins.map((origin) => signIn(api, ops.key, { origin })));
      return answers.map(({ status }) => status);
    });

    expect(statuses).toEqual([303, 303]);
  });
});

describe("pages of other origins", () => {
  it.each([UI, "http://localhost:8233", "http://[::1]:8233"])(
    "may ask, with cookies, as the UI of this machine: %s",
    async (origin) => {
      const answer = await withKeys((api) => preflight(api, origin));

      expect(answer.status).toBe(204);
      expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
      expect(answer.headers.get("access-control-allow-credentials")).toBe("true");
      expect(answer.headers.get("access-control-allow-headers")).toMatch(
        /Authorization.*X-Namespace/,
      );
      expect(answer.headers.get("vary")).toContain("Origin");
    },
  );

  it("may where they are listed, and then the UI's own may no more", async () => {
    const options = apiOptionsFromEnv({ SIGNALBOX_CODEC_ORIGINS: "https://ui.example.com" });

    const answers = await withKeys(
      (api) => Promise.all(["https://ui.example.com", UI].map((origin) => preflight(api, origin))),
      { codecOrigins: options.codecOrigins ?? [] },
    );

    expect(answers.map(({ status }) => status)).toEqual([204, 405]);
  });

  it("may, without cookies, where the whole API is open to them", async () => {
    const origin = "https://app.example.com";
    const { asked, decoded, ui } = await withKeys(
      async (api) => ({
        asked: await preflight(api, origin),
        decoded: await decode(api, { origin, authorization: `Bearer ${ops.key}` }),
        ui: await decode(api, { origin: UI, cookie: cookieOf(await signIn(api)) }),
      }),
      { corsOrigins: ["*"] },
    );

    expect(asked.headers.get("access-control-allow-headers")).toContain("X-Namespace");
    expect(asked.headers.get("access-control-allow-credentials")).toBeNull();
    expect(decoded.status).toBe(200);
    expect(ui.headers.get("access-control-allow-origin")).toBe(UI);
  });

  it("are never any: the variable takes no star", () => {
    expect(() => apiOptionsFromEnv({ SIGNALBOX_CODEC_ORIGINS: "*" })).toThrow(
      expect.objectContaining({ code: "VARIABLE_INVALID" }),
    );
  });

  it("get nothing but the codec by being the UI's", async () => {
    const answer = await withKeys((api) => ask(api, "/v1/graphs", { headers: { origin: UI } }));

    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });
});
