/** The named schemas of an OpenAPI document: what has an `id` is written once, and referred to by its name. */

import type { z } from "zod";
import { toJsonSchema, toOutputSchema, type JsonSchema } from "../graph/schema.ts";

const LOCAL = "#/$defs/";
const SHARED = "#/components/schemas/";

export class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries(
      [...this.#schemas].toSorted(([one], [other]) => (one < other ? -1 : 1)),
    );
  }

  /** A schema as it stands in the document. `io`: as it has to be sent, or as it is given. */
  read(schema: z.ZodType, io: "input" | "output"): JsonSchema {
    const { $schema: _draft, ...read } =
      io === "input" ? toJsonSchema(schema) : toOutputSchema(schema);
    const { $defs = {}, ...own }: z.core.JSONSchema.BaseSchema = read;
    const names = new Map<string, string>();
    for (const [id, definition] of Object.entries($defs))
      names.set(id, this.#nameFor(id, definition));
    for (const [id, definition] of Object.entries($defs)) {
      this.#schemas.set(names.get(id) ?? id, refer(definition, names));
    }
    return refer(own, names);
  }

  /** Two graphs may each have their own schema of one name: the second gets a number. */
  #nameFor(id: string, definition: JsonSchema): string {
    const text = JSON.stringify(refer(definition, new Map()));
    for (let copy = 1; ; copy++) {
      const name = copy === 1 ? id : `${id}${copy}`;
      const known = this.#schemas.get(name);
      if (known === undefined || JSON.stringify(known) === text) return name;
    }
  }
}

/** The same schema, its references by the names of the document. */
function refer(schema: object, names: ReadonlyMap<string, string>): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key !== "$ref" || typeof value !== "string" || !value.startsWith(LOCAL)) return value;
    const id = value.slice(LOCAL.length);
    return SHARED + (names.get(id) ?? id);
  });
}
