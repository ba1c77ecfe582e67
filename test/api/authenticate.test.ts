/** Who is let in, over HTTP, without Temporal: no request of these gets that far. */

import { apiKeys, makeKey } from "../../api/api-keys.ts";
import type { Authenticator, Scope } from "../../api/caller.ts";
import { createRoutes } from "../../api/routes/index.ts";
import { startApi } from "../../api/start-api.ts";
import { ask, askWith, clientWithoutTemporal, problem, withApi } from "../harness/api.ts";

const SCOPES: readonly Scope[] = ["run", "read", "approve", "audit", "payloads", "admin"];

const keys = Object.fromEntries(
  SCOPES.map((scope) => [
    scope,
    makeKey({ id: `${scope}-key`, workspace: "acme", scopes: [scope] }),
  ]),
);
const authenticator = apiKeys(Object.values(keys).map(({ entry }) => entry));

function keyFor(scope: Scope): string {
  return keys[scope]?.key ?? "";
}

/** A path that fits the route; what is in it is not there. */
function fill(path: string): string {
  return path.replaceAll(/\{\w+\}/g, "nothing");
}

const routes = createRoutes({ client: clientWithoutTemporal(), graphs: new Map() });
const closed = routes.filter(({ access }) => access !== "open");
const open = routes.filter(({ access }) => access === "open");

describe("an API with keys", () => {
  it.each(closed)("answers 401 for $method $path without a key", async ({ method, path }) => {
    const answer = await withApi({ authenticator }, (api) =>
      ask(api, fill(path), { method: method.toUpperCase() }),
    );

    expect(answer).toEqual(problem(401, "API_UNAUTHENTICATED"));
    expect(answer.headers.get("www-authenticate")).toBe('Bearer realm="signalbox"');
  });

  it.each(closed)(
    "answers 403 for $method $path with keys that may do everything else",
    async ({ method, path, access }) => {
      const others = SCOPES.filter((scope) => scope !== access && scope !== "admin");

      const answers = await withApi({ authenticator }, (api) =>
        Promise.all(
          others.map((scope) => askWith(api, keyFor(scope), fill(path), method.toUpperCase())),
        ),
      );

      expect(answers).toEqual(others.map(() => problem(403, "API_FORBIDDEN", { scope: access })));
      expect(answers[0]?.headers.get("www-authenticate")).toBe(
        `Bearer realm="signalbox", error="insufficient_scope", scope="${access}"`,
      );
    },
  );

  it.each(open)("asks for none at $path", async ({ path }) => {
    const answer = await withApi({ authenticator }, (api) => ask(api, path));

    expect([401, 403]).not.toContain(answer.status);
  });

  it.each<Scope>(["read", "admin"])("lets a key with the scope %s read", async (scope) => {
    const answer = await withApi({ authenticator }, (api) =>
      askWith(api, keyFor(scope), "/v1/graphs"),
    );

    expect(answer).toMatchObject({ status: 200, body: { graphs: [] } });
  });

  it.each([
    ["another scheme", "Basic YTpi"],
    ["no key", "Bearer"],
    ["an empty key", "Bearer "],
    ["two keys", `Bearer ${keyFor("read")} ${keyFor("read")}`],
    ["no scheme", keyFor("read")],
    ["characters that no key has", "Bearer a\u00e9b"],
  ])("answers 401 for %s", async (_what, authorization) => {
    const answer = await withApi({ authenticator }, (api) =>
      ask(api, "/v1/graphs", { headers: { authorization } }),
    );

    expect(answer).toEqual(problem(401, "API_UNAUTHENTICATED"));
  });

  it("answers 401 for a key that nobody has, says so, and does not repeat it", async () => {
    const wrong = makeKey({ id: "x", workspace: "acme", scopes: ["admin"] }).key;

    const answer = await withApi({ authenticator }, (api) => askWith(api, wrong, "/v1/graphs"));

    expect(answer).toEqual(problem(401, "API_UNAUTHENTICATED"));
    expect(answer.headers.get("www-authenticate")).toContain('error="invalid_token"');
    expect(answer.text).not.toContain(wrong);
  });

  it("takes the scheme in any case, as HTTP has it", async () => {
    const answer = await withApi({ authenticator }, (api) =>
      ask(api, "/v1/graphs", { headers: { authorization: `bearer ${keyFor("read")}` } }),
    );

    expect(answer.status).toBe(200);
  });

  it("takes no key from the address", async () => {
    const answer = await withApi({ authenticator }, (api) =>
      ask(api, `/v1/graphs?access_token=${keyFor("read")}&key=${keyFor("read")}`),
    );

    expect(answer).toEqual(problem(401, "API_UNAUTHENTICATED"));
  });

  it("asks an authenticator of your own, and answers 500 when that breaks", async () => {
    const own: Authenticator = {
      async authenticate(key) {
        if (key === "broken") throw new Error("the store is away");
        return key === "good" ? { id: "me", scopes: new Set(["read"]) } : undefined;
      },
    };
    const told: unknown[] = [];
    const options = { authenticator: own, onInternalError: (error: unknown) => told.push(error) };

    const answers = await withApi(options, (api) =>
      Promise.all(["good", "bad", "broken"].map((key) => askWith(api, key, "/v1/graphs"))),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 401, 500]);
    expect(answers[2]?.text).not.toContain("store");
    expect(told).toEqual([expect.objectContaining({ message: "the store is away" })]);
  });
});

describe("an API without keys", () => {
  const options = { client: clientWithoutTemporal(), graphs: new Map(), port: 0 };

  it.each(["0.0.0.0", "::", "192.0.2.1", "example.com", ""])(
    "does not start at %p, where others reach it",
    async (host) => {
      const start = startApi({ ...options, host });

      await expect(start).rejects.toMatchObject({
        name: "SetupError",
        code: "KEYS_REQUIRED",
        message: expect.stringContaining("npx signalbox key"),
      });
    },
  );

  it.each(["127.0.0.1", "localhost"])(
    "starts at %s, and says that it asks for none",
    async (host) => {
      const told: string[] = [];

      const answer = await withApi({ host, onNotice: (line) => told.push(line) }, (api) =>
        ask(api, "/v1/graphs"),
      );

      expect(answer.status).toBe(200);
      expect(told).toEqual([expect.stringContaining("asks for no keys")]);
    },
  );

  it("may listen everywhere once it asks for keys, and then says nothing", async () => {
    const told: string[] = [];
    const more = { authenticator, host: "0.0.0.0", onNotice: (line: string) => told.push(line) };

    const answer = await withApi(more, (api) => ask(api, "/v1/graphs"));

    expect(answer).toEqual(problem(401, "API_UNAUTHENTICATED"));
    expect(told).toEqual([]);
  });
});
