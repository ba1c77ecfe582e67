/** The description of the API: what the routes' own schemas say, written once. */

import { kit, type AnyGraph } from "signalbox";
import { z } from "zod";
import { describeApi } from "../../api/openapi.ts";
import { createRoutes } from "../../api/routes/index.ts";
import { clientWithoutTemporal } from "../harness/api.ts";

const { graph } = kit<{ readonly models: { readonly small: unknown } }>();
const Text = z.string();

/** Of `SomeInput`, as `PathInput` and the like. */
function graphOf(id: string, input: z.ZodType): AnyGraph {
  return graph({ id, input }).step("only", { model: "small", output: Text, prompt: () => "" });
}

function describeGraphs(...graphs: readonly AnyGraph[]) {
  const client = clientWithoutTemporal();
  const routes = createRoutes({ client, graphs: new Map(graphs.map((each) => [each.id, each])) });
  return { routes, document: asJson(describeApi(routes, "1.2.3")) };
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
}

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

/** As a client gets it. */
function asJson(document: unknown): Document {
  return JSON.parse(JSON.stringify(document));
}

function refsIn(document: Document): readonly string[] {
  return [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = ""]) => ref);
}

describe("openapi.json", () => {
  it("has every route, by names that are unique", () => {
    const { routes, document } = describeGraphs(graphOf("letters", z.object({ body: Text })));

    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { operationId }]) => `${method} ${path} ${operationId}`,
      ),
    );

    expect(document).toMatchObject({ openapi: "3.1.0", info: { version: "1.2.3" } });
    expect(operations.toSorted()).toEqual(
      routes.map(({ method, path, operationId }) => `${method} ${path} ${operationId}`).toSorted(),
    );
    expect(new Set(routes.map(({ operationId }) => operationId)).size).toBe(routes.length);
  });

  it("refers to nothing that is not in it", () => {
    const { document } = describeGraphs(graphOf("letters", z.object({ body: Text })));

    const refs = refsIn(document).map((ref) => ref.replace("#/components/schemas/", ""));

    expect(refs).toContain("LettersInput");
    expect(refs.filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
  });

  it("keeps schemas apart to which two graphs gave one name, and writes the same one once", () => {
    const [one, other] = [z.object({ a: Text }), z.object({ b: Text })].map((schema) =>
      schema.meta({ id: "Address" }),
    );
    const shared = z.object({ c: Text }).meta({ id: "Shared" });

    const { document } = describeGraphs(
      graphOf("first", z.object({ to: one, by: shared })),
      graphOf("second", z.object({ to: other, by: shared })),
    );
    const { schemas } = document.components;

    expect(schemas["Address"]).toMatchObject({ required: ["a"] });
    expect(schemas["Address2"]).toMatchObject({ required: ["b"] });
    expect(Object.keys(schemas).filter((name) => name.startsWith("Shared"))).toEqual(["Shared"]);
    expect(schemas["SecondInput"]).toMatchObject({
      properties: { to: { $ref: "#/components/schemas/Address2" } },
    });
  });

  it("is no stricter than the graph: a pattern whose flags JSON Schema cannot say is left out", () => {
    const { document } = describeGraphs(
      graphOf("letters", z.object({ plain: z.string().regex(/^a/), any: z.string().regex(/^a/i) })),
    );

    expect(document.components.schemas["LettersInput"]).toMatchObject({
      properties: { plain: { type: "string", pattern: "^a" }, any: { type: "string" } },
    });
    expect(JSON.stringify(document.components.schemas["LettersInput"])).not.toMatch(
      /"any":\{[^}]*pattern/,
    );
  });

  it("says what each route may refuse with, and that open ones ask for no key", () => {
    const { document } = describeGraphs(graphOf("letters", z.object({ body: Text })));

    const start = document.paths["/v1/graphs/letters/runs"]?.["post"];
    const health = document.paths["/healthz"]?.["get"];

    expect(Object.keys(start?.responses ?? {})).toEqual([
      "200",
      "202",
      "400",
      "401",
      "403",
      "404",
      "409",
      "413",
      "415",
      "421",
      "422",
      "429",
      "500",
      "503",
    ]);
    expect(start?.responses["409"]?.description).toContain("`API_KEY_REUSED`");
    expect(start?.security).toBeUndefined();
    expect(health?.security).toEqual([]);
  });
});
