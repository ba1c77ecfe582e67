/** docs/reference/rest.md has every route, and what it shows is what the routes' own schemas take and give. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { API_ERRORS } from "../../api/api-error.ts";
import type { Route } from "../../api/route.ts";
import { createRoutes } from "../../api/routes/index.ts";
import { support } from "../../examples/support/graphs.ts";
import { clientWithoutTemporal } from "../harness/api.ts";

const START = "/v1/graphs/{graph}/runs";
/** Described where it says of all routes what they may answer. */
const EVERYWHERE: ReadonlySet<number> = new Set([401, 403, 405, 429, 500]);

const page = readFileSync(join(__dirname, "../../docs/reference/rest.md"), "utf8");
const all = createRoutes({
  client: clientWithoutTemporal(),
  graphs: new Map([[support.id, support]]),
});
/** A graph's own route is told as the one for any graph. */
const routes = all.filter(({ path }) => path !== "/v1/graphs/support/runs");
const own = all.find(({ path }) => path === "/v1/graphs/support/runs");
/** Those with a section. The others are in the table alone. */
const shown = routes.filter(({ access, path }) => access !== "open" && path !== "/metrics");
const inJson = shown.filter(({ answers }) => Object.values(answers).some(({ schema }) => schema));

function nameOf({ method, path }: Route): string {
  return `${method.toUpperCase()} ${path}`;
}

/** What stands below the heading of a route. */
function sectionOf(route: Route): string {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${nameOf(route)}\n`));
  if (section === undefined) throw new Error(`docs/reference/rest.md has no "${nameOf(route)}"`);
  return section;
}

/** The first column of the table whose head begins so. */
function columnOf(section: string, head: string): readonly string[] {
  const table = section.split("\n\n").find((block) => new RegExp(`^\\| ${head}\\s`).test(block));
  const rows = table?.split("\n").slice(2) ?? [];
  return rows.map((row) => (row.split("|")[1] ?? "").trim().replaceAll("`", ""));
}

interface Example {
  readonly method: string;
  readonly url: URL;
  readonly body: unknown;
}

function exampleOf(section: string): Example {
  const command = /```sh\n(curl .*?)```/s.exec(section)?.[1] ?? "";
  const address = /(http:\/\/127\.0\.0\.1:8080[^\s']*)/.exec(command)?.[1] ?? "";
  const body = /-d '([^']*)'/.exec(command)?.[1];
  return {
    method: body !== undefined || command.includes("-X POST") ? "post" : "get",
    url: new URL(address),
    body: body === undefined ? undefined : JSON.parse(body),
  };
}

function matches(path: string, { pathname }: URL): boolean {
  const pattern = path.replaceAll(/\{\w+\}/g, "[^/]+");
  return new RegExp(`^${pattern}$`).test(pathname);
}

describe("docs/reference/rest.md", () => {
  it("lists every route with its scope, and no other", () => {
    const rows = [...page.matchAll(/^\| `((?:GET|POST) [^`]+)`\s*\| (`\w+`|open)\s*\|/gm)];

    const listed = rows.map(([, name = "", scope = ""]) => `${name} ${scope.replaceAll("`", "")}`);

    expect(listed.toSorted()).toEqual(
      routes.map((route) => `${nameOf(route)} ${route.access}`).toSorted(),
    );
  });

  it.each(shown.map((route) => [nameOf(route), route] as const))(
    "says which statuses %s has, and no others",
    (_name, route) => {
      const errors = (route.errors ?? []).map((code) => API_ERRORS[code].status);
      const statuses = new Set([...Object.keys(route.answers).map(Number), ...errors]);

      const told = columnOf(sectionOf(route), "status").map(Number);

      const particular = [...statuses].filter((status) => !EVERYWHERE.has(status));
      expect(told).toEqual(expect.arrayContaining(particular));
      expect(told.filter((status) => !statuses.has(status))).toEqual([]);
    },
  );

  it.each(shown.map((route) => [nameOf(route), route] as const))(
    "says which parameters %s takes, and no others",
    (_name, route) => {
      const told = columnOf(sectionOf(route), "parameter");

      expect(told.toSorted()).toEqual(Object.keys(route.query?.shape ?? {}).toSorted());
    },
  );

  it.each(shown.map((route) => [nameOf(route), route] as const))(
    "shows a request that %s takes",
    (_name, route) => {
      const { method, url, body } = exampleOf(sectionOf(route));

      expect(method).toBe(route.method);
      expect(matches(route.path, url)).toBe(true);
      route.query?.parse(Object.fromEntries(url.searchParams));
      const schema = (route.path === START ? own?.body : route.body) ?? z.undefined();
      expect(schema.parse(body)).toEqual(body);
    },
  );

  it.each(inJson.map((route) => [nameOf(route), route] as const))(
    "shows an answer that %s may give, member for member",
    (_name, route) => {
      const blocks = [...sectionOf(route).matchAll(/```json (\d+)\n(.*?)```/gs)];

      expect(blocks.length).toBeGreaterThan(0);
      for (const [, status = "", text = ""] of blocks) {
        const schema = route.answers[Number(status)]?.schema ?? z.never();
        const answer: unknown = JSON.parse(text);
        expect(schema.parse(answer)).toEqual(answer);
      }
    },
  );
});
